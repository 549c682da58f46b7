package io.volute.storage;

import java.nio.ByteBuffer;

/** Numbers in little-endian base 128: small ones are short. Negative ones take ten bytes. */
final class Varints {
  static final int MAX_BYTES = 10;

  private Varints() {}

  static void write(long value, ByteBuffer out) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws java.nio.BufferUnderflowException when the buffer ends within the number
   */
  static long read(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 7 * MAX_BYTES; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }
}
