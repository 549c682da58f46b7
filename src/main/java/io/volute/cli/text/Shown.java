package io.volute.cli.text;

/** Text from elsewhere, made safe to be shown on a terminal. */
public final class Shown {
  private static final int MAX_MESSAGE = 1000;

  private Shown() {}

  /**
   * A name on a line of its own: what would steer the terminal or break the line is written as JSON
   * writes it, and so is the backslash. Names without such characters are as they are.
   */
  public static String name(String name) {
    StringBuilder out = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '\\') {
        out.append("\\\\");
      } else if (Character.isISOControl(c) || isReordering(c)) {
        appendEscape(out, c);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The first line of a message that a node sent. */
  public static String message(String text) {
    String line = text.lines().findFirst().orElse("").strip();
    String shown = line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + "…" : line;
    return printable(shown);
  }

  /** Lines that a node sent, without what would steer the terminal. */
  public static String printable(String lines) {
    StringBuilder out = new StringBuilder(lines.length());
    for (int i = 0; i < lines.length(); i++) {
      char c = lines.charAt(i);
      boolean isSteering = Character.isISOControl(c) && c != '\t' && c != '\n';
      out.append(isSteering || isReordering(c) ? '?' : c);
    }
    return out.toString();
  }

  /** Marks that make a terminal show text in another order than it has. */
  private static boolean isReordering(int c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  }

  static void appendEscape(StringBuilder out, char c) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> out.append(String.format("\\u%04x", (int) c));
    }
  }
}
