package io.volute.cli.text;

/** JSON as it is written. */
public final class Json {
  private Json() {}

  /** {@code text} as a JSON string, with its quotes. */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        Shown.appendEscape(out, c);
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
