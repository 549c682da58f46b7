package io.volute.http;

import java.util.List;
import java.util.Locale;

/**
 * What is wrong with a request's head that the platform refused, as far as its lines show it.
 *
 * <p>Only for the words of the refusal: what is refused is not decided here.
 */
final class HeadProblems {
  private static final String CONTENT_LENGTH = "content-length";
  private static final String TRANSFER_ENCODING = "transfer-encoding";
  private static final String ONE_LENGTH =
      ": allowed is one Content-Length, or Transfer-Encoding: chunked";
  private static final String SIGNS_OF_NAMES = "!#$%&'*+-.^_`|~";
  private static final String MOST_DIGITS = "9223372036854775807";

  private HeadProblems() {}

  /**
   * Looks for the first problem.
   *
   * @param lines the request line, if it was seen, and the headers
   * @return empty when nothing is wrong with them that is known here
   */
  static String of(List<String> lines) {
    int lengths = 0;
    int codings = 0;
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      String problem = ofHeader(line);
      if (!problem.isEmpty()) {
        return problem;
      }
      String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
      lengths += name.equals(CONTENT_LENGTH) ? 1 : 0;
      codings += name.equals(TRANSFER_ENCODING) ? 1 : 0;
    }
    if (lengths > 0 && codings > 0) {
      return "Content-Length and Transfer-Encoding contradict each other" + ONE_LENGTH;
    }
    if (lengths > 1 || codings > 1) {
      return (lengths > 1 ? "Content-Length" : "Transfer-Encoding")
          + " is there twice"
          + ONE_LENGTH;
    }
    return "";
  }

  private static String ofHeader(String line) {
    int colon = line.indexOf(':');
    boolean named = colon > 0 && line.chars().limit(colon).allMatch(HeadProblems::isOfName);
    if (!named) {
      return "a header line does not begin with a name and a colon: allowed is 'Name: value'";
    }
    if (line.chars().anyMatch(sign -> sign < ' ' && sign != '\t')) {
      return "a header has a control character: allowed are printable ones and tabs";
    }
    String value = line.substring(colon + 1).strip();
    boolean counts = line.substring(0, colon).equalsIgnoreCase(CONTENT_LENGTH);
    if (counts && !isCount(value)) {
      return "the Content-Length is no number of bytes: allowed are digits, up to " + MOST_DIGITS;
    }
    return "";
  }

  private static boolean isOfName(int sign) {
    return (sign >= 'a' && sign <= 'z')
        || (sign >= 'A' && sign <= 'Z')
        || (sign >= '0' && sign <= '9')
        || SIGNS_OF_NAMES.indexOf(sign) >= 0;
  }

  private static boolean isCount(String value) {
    boolean digits = !value.isEmpty() && value.chars().allMatch(sign -> sign >= '0' && sign <= '9');
    int length = value.length();
    return digits
        && (length < MOST_DIGITS.length()
            || (length == MOST_DIGITS.length() && value.compareTo(MOST_DIGITS) <= 0));
  }
}
