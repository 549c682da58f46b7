package io.volute.http;

import java.util.Arrays;

/** Strict decoding of the parts of an address into bytes. */
final class PercentCoding {
  private PercentCoding() {}

  /**
   * Decodes a part of an address.
   *
   * @param part each character stands for the byte that was sent
   * @param plusIsSpace as in the queries that forms and most libraries write
   * @param what names the part in the error
   */
  static byte[] decode(String part, int start, int end, boolean plusIsSpace, String what)
      throws BadRequestException {
    byte[] bytes = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      char c = part.charAt(i);
      if (c == '%') {
        boolean whole = i + 2 < end;
        int high = whole ? hexDigit(part.charAt(i + 1)) : -1;
        int low = whole ? hexDigit(part.charAt(i + 2)) : -1;
        if (high < 0 || low < 0) {
          throw new BadRequestException(
              what + " has a '%' that is not followed by two hexadecimal digits");
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c > 0xff) {
        throw new BadRequestException(what + " has a character that is not a byte");
      } else {
        bytes[length++] = (byte) (c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  /** ASCII only, unlike {@link Character#digit}. */
  private static int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
