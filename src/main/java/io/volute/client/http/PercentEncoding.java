package io.volute.client.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of UTF-8, by the rules of {@code encodeURIComponent}. */
final class PercentEncoding {
  private static final String PLAIN_MARKS = "-_.!~*'()";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private PercentEncoding() {}

  /**
   * Appends {@code text}, encoded.
   *
   * @throws IllegalArgumentException when it is not Unicode: a half of a surrogate pair
   */
  static void append(StringBuilder out, String text) {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not valid Unicode: '" + text + "'", e);
    }
    while (bytes.hasRemaining()) {
      int octet = bytes.get() & 0xff;
      if (isPlain(octet)) {
        out.append((char) octet);
      } else {
        out.append('%').append(HEX[octet >> 4]).append(HEX[octet & 0xf]);
      }
    }
  }

  private static boolean isPlain(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || PLAIN_MARKS.indexOf(octet) >= 0;
  }
}
