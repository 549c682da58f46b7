package io.volute.sim;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes the eight bytes that XXH64 with the seed 0 turns into a given hash. */
final class HashForger {
  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  private HashForger() {}

  static byte[] nameOf(long hash) {
    long h = hash ^ (hash >>> 32);
    h *= inverse(PRIME_3);
    h = h ^ (h >>> 29) ^ (h >>> 58);
    h *= inverse(PRIME_2);
    h ^= h >>> 33;
    h = (h - PRIME_4) * inverse(PRIME_1);
    h = Long.rotateRight(h, 27) ^ (PRIME_5 + 8);
    long input = Long.rotateRight(h * inverse(PRIME_1), 31) * inverse(PRIME_2);
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(input).array();
  }

  private static long inverse(long odd) {
    BigInteger modulus = BigInteger.ONE.shiftLeft(64);
    return BigInteger.valueOf(odd).modInverse(modulus).longValue();
  }
}
