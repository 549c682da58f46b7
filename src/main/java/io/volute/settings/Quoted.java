package io.volute.settings;

/** A value from outside as messages show it: in quotes, on one line, of bounded length. */
public final class Quoted {
  private static final int MAX_LENGTH = 120;

  private Quoted() {}

  /** The text in quotes, with what can't be printed as {@code ?}, cut when it is very long. */
  public static String text(String text) {
    int length = text.codePointCount(0, text.length());
    String cut =
        length <= MAX_LENGTH
            ? text
            : text.substring(0, text.offsetByCodePoints(0, MAX_LENGTH)) + "…";
    return "'" + fileName(cut) + "'";
  }

  /** The name of a file as it is, with what can't be printed as {@code ?}. */
  public static String fileName(String name) {
    StringBuilder shown = new StringBuilder();
    name.codePoints().forEach(point -> shown.appendCodePoint(isPrintable(point) ? point : '?'));
    return shown.toString();
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
