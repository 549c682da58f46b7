package io.volute.hashing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 over messages of whole 64-bit words (Aumasson and Bernstein: SipHash, a fast
 * short-input PRF, INDOCRYPT 2012, section 2): to who does not know the key its results are random
 * numbers, also for messages of their choice. Words count as their bytes from the lowest on.
 *
 * <p>Immutable; allocates nothing.
 */
final class SipHash {
  static final int KEY_BYTES = 16;

  private static final long INIT_0 = 0x736F6D6570736575L;
  private static final long INIT_1 = 0x646F72616E646F6DL;
  private static final long INIT_2 = 0x6C7967656E657261L;
  private static final long INIT_3 = 0x7465646279746573L;

  /** The four last rounds are those of two blocks of zeros. */
  private static final int FINAL_BLOCKS = 2;

  private final long key0;
  private final long key1;

  /**
   * A hash with this key.
   *
   * @param key {@value #KEY_BYTES} bytes
   */
  SipHash(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key of " + key.length + " bytes");
    }
    ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
    this.key0 = words.getLong();
    this.key1 = words.getLong();
  }

  long of(long first, long second) {
    return hash(2, first, second, 0);
  }

  long of(long first, long second, long third) {
    return hash(3, first, second, third);
  }

  private long hash(int words, long first, long second, long third) {
    long v0 = key0 ^ INIT_0;
    long v1 = key1 ^ INIT_1;
    long v2 = key0 ^ INIT_2;
    long v3 = key1 ^ INIT_3;
    for (int block = 0; block <= words + FINAL_BLOCKS; block++) {
      if (block == words + 1) {
        v2 ^= 0xFF;
      }
      long word = word(words, block, first, second, third);
      v3 ^= word;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private static long word(int words, int block, long first, long second, long third) {
    if (block > words) {
      return 0;
    }
    if (block == words) {
      // No bytes are left over; the highest byte is the length.
      return (long) words * Long.BYTES << 56;
    }
    return block == 0 ? first : block == 1 ? second : third;
  }
}
