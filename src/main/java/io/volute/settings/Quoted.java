package io.volute.settings;

/** A value from outside as messages show it: in quotes, on one line, of bounded length. */
public final class Quoted {
  private static final int MAX_LENGTH = 120;

  private Quoted() {}

  /** The text in quotes, with what can't be printed as {@code ?}, cut when it is very long. */
  public static String text(String text) {
    StringBuilder shown = new StringBuilder("'");
    text.codePoints()
        .limit(MAX_LENGTH)
        .forEach(point -> shown.appendCodePoint(isPrintable(point) ? point : '?'));
    if (text.codePointCount(0, text.length()) > MAX_LENGTH) {
      shown.append("…");
    }
    return shown.append("'").toString();
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
