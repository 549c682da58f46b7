package io.volute.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a line that was typed by hand, with quotes as in a shell: {@code "…"} knows {@code
 * \n \r \t \b \a \xHH}, {@code '…'} only {@code \'}.
 */
final class InlineLine {
  /**
   * First words of a request for another server. A page of any site can make a browser send them
   * here; its body would be taken for commands.
   */
  private static final Set<String> FOREIGN_WORDS =
      Set.of(
          "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PRI", "HOST:");

  private static final String FOREIGN_VERSION = "HTTP/";
  private static final int LONGEST_FOREIGN_WORD = 8;

  private final byte[] line;
  private int at;

  private InlineLine(byte[] line) {
    this.line = line;
  }

  static List<byte[]> split(byte[] line) throws ProtocolException {
    for (byte b : line) {
      if (b >= 0 && b < ' ' && b != '\t') {
        throw ProtocolException.of("a line holds a control character");
      }
    }
    List<byte[]> words = new InlineLine(line).words();
    if (isForeign(words)) {
      throw ProtocolException.ofForeignProtocol();
    }
    return words;
  }

  private static boolean isForeign(List<byte[]> words) {
    if (words.isEmpty()) {
      return false;
    }
    byte[] first = words.get(0);
    byte[] last = words.get(words.size() - 1);
    String version = new String(last, StandardCharsets.ISO_8859_1);
    return first.length <= LONGEST_FOREIGN_WORD
            && FOREIGN_WORDS.contains(
                new String(first, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT))
        || words.size() == 3 && version.startsWith(FOREIGN_VERSION);
  }

  private List<byte[]> words() throws ProtocolException {
    List<byte[]> words = new ArrayList<>();
    while (true) {
      while (at < line.length && isBlank(line[at])) {
        at++;
      }
      if (at == line.length) {
        return words;
      }
      words.add(word());
    }
  }

  private byte[] word() throws ProtocolException {
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    while (at < line.length && !isBlank(line[at])) {
      byte b = line[at++];
      if (b == '"' || b == '\'') {
        quoted(b, word);
        if (at < line.length && !isBlank(line[at])) {
          throw unbalanced();
        }
        break;
      }
      word.write(b);
    }
    return word.toByteArray();
  }

  private void quoted(byte quote, ByteArrayOutputStream word) throws ProtocolException {
    while (at < line.length) {
      byte b = line[at++];
      if (b == quote) {
        return;
      }
      if (b == '\\' && at < line.length) {
        if (quote == '"') {
          word.write(escaped());
          continue;
        }
        if (line[at] == '\'') {
          b = line[at++];
        }
      }
      word.write(b);
    }
    throw unbalanced();
  }

  private int escaped() {
    byte b = line[at++];
    if (b == 'x' && at + 1 < line.length) {
      int high = Character.digit(line[at], 16);
      int low = Character.digit(line[at + 1], 16);
      if (high >= 0 && low >= 0) {
        at += 2;
        return high << 4 | low;
      }
    }
    return switch (b) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> b;
    };
  }

  private static ProtocolException unbalanced() {
    return ProtocolException.of("unbalanced quotes in request");
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
