package io.volute.http;

/** Writes JSON text, as much of it as answers need. */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /** Appends a string with its quotes; control characters are escaped, so it is one line. */
  static void appendString(StringBuilder out, CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029) {
            appendEscape(out, c);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Appends {@code "name":"value"}. */
  static StringBuilder appendField(StringBuilder out, String name, String value) {
    appendString(out, name);
    out.append(':');
    appendString(out, value);
    return out;
  }

  /** Appends {@code "name":value}. */
  static StringBuilder appendField(StringBuilder out, String name, long value) {
    appendString(out, name);
    return out.append(':').append(value);
  }

  private static void appendEscape(StringBuilder out, char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt(c >> shift & 0xf));
    }
  }
}
