package io.volute.settings;

/** What {@code --help} prints, made from the table of settings. */
public final class HelpText {
  private static final int TEXT_COLUMN = 30;
  private static final int WIDTH = 96;

  private HelpText() {}

  /** The whole text, ending with a line break. */
  public static String text() {
    StringBuilder out = new StringBuilder("Usage: voluted [flags]\n");
    out.append("Runs a node of Volute, a leaderless key-value store, in the foreground.\n");
    for (SettingKeys.Group group : SettingKeys.GROUPS) {
      out.append('\n').append(group.title()).append('\n');
      for (SettingKey<?> key : group.keys()) {
        append(out, usage(key), description(key));
      }
    }
    out.append("\nThe program\n");
    append(out, "    --config FILE", "more settings: name = value a line; flags go first");
    append(out, "    --help", "print this");
    append(out, "    --version", "print the version");
    out.append("\nDurations: 250ms, 2s, 5m, 1h, 7d. Sizes: bytes, or 64k, 1g (powers of 1024).\n");
    return out.toString();
  }

  private static String usage(SettingKey<?> key) {
    String letter = key.shortForm().map(form -> "-" + form + ", ").orElse("    ");
    String value = key.placeholder().isEmpty() ? "" : " " + key.placeholder();
    return letter + key.flag() + value;
  }

  private static String description(SettingKey<?> key) {
    StringBuilder text = new StringBuilder(key.summary());
    if (key.arity() == SettingKey.Arity.MANY) {
      text.append("; may be repeated");
    }
    if (key.arity() != SettingKey.Arity.SWITCH) {
      text.append(" (default: ").append(key.defaultText()).append(')');
    }
    if (key.notYet().isPresent()) {
      text.append(" [not yet]");
    }
    return text.toString();
  }

  private static void append(StringBuilder out, String usage, String description) {
    String indent = "  ";
    out.append(indent).append(usage);
    int column = indent.length() + usage.length();
    boolean first = true;
    for (String word : description.split(" ", -1)) {
      if (first || column + 1 + word.length() > WIDTH) {
        if (!first || column >= TEXT_COLUMN) {
          out.append('\n');
          column = 0;
        }
        out.append(" ".repeat(TEXT_COLUMN - column));
        column = TEXT_COLUMN;
      } else {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
      first = false;
    }
    out.append('\n');
  }
}
