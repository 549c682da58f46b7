package io.volute.transport.session;

import java.nio.ByteBuffer;

/** Numbers of 0 and up in as few bytes as they need: seven bits in each, the lowest first. */
final class Varint {
  /** What {@link #get} returns for bytes that are no number. */
  static final long MALFORMED = -1;

  static final int MAX_BYTES = 9;

  private Varint() {}

  static void put(ByteBuffer out, long number) {
    long rest = number;
    while (rest >= 0x80) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  static int sizeOf(long number) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(number | 1);
    return (bits + 6) / 7;
  }

  static long get(ByteBuffer in) {
    long number = 0;
    for (int shift = 0; shift < 7 * MAX_BYTES; shift += 7) {
      if (!in.hasRemaining()) {
        return MALFORMED;
      }
      long next = in.get();
      number |= (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    return MALFORMED;
  }
}
