package io.volute.hashing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 64-bit hash that members agree on: XXH64 of Yann Collet's xxHash specification, version
 * 0.1.1. It spreads well and is quick on short keys; it is no protection against keys chosen to
 * collide.
 */
public final class Hash64 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  private Hash64() {}

  public static long of(byte[] bytes, long seed) {
    int position = 0;
    long hash;
    if (bytes.length >= 32) {
      long a = seed + PRIME_1 + PRIME_2;
      long b = seed + PRIME_2;
      long c = seed;
      long d = seed - PRIME_1;
      for (; position <= bytes.length - 32; position += 32) {
        a = round(a, (long) LONGS.get(bytes, position));
        b = round(b, (long) LONGS.get(bytes, position + 8));
        c = round(c, (long) LONGS.get(bytes, position + 16));
        d = round(d, (long) LONGS.get(bytes, position + 24));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = mergeRound(mergeRound(mergeRound(mergeRound(hash, a), b), c), d);
    } else {
      hash = seed + PRIME_5;
    }
    return tail(bytes, position, hash + bytes.length);
  }

  /** A well-spread function of one number, for mixing hashes with each other. */
  public static long mix(long value) {
    return avalanche(value * PRIME_2 + PRIME_5);
  }

  private static long tail(byte[] bytes, int from, long start) {
    long hash = start;
    int position = from;
    for (; position <= bytes.length - 8; position += 8) {
      hash ^= round(0, (long) LONGS.get(bytes, position));
      hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
    }
    if (position <= bytes.length - 4) {
      hash ^= ((int) INTS.get(bytes, position) & 0xFFFFFFFFL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      position += 4;
    }
    for (; position < bytes.length; position++) {
      hash ^= (bytes[position] & 0xFFL) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    return avalanche(hash);
  }

  private static long round(long accumulator, long input) {
    return Long.rotateLeft(accumulator + input * PRIME_2, 31) * PRIME_1;
  }

  private static long mergeRound(long hash, long accumulator) {
    return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
  }

  private static long avalanche(long start) {
    long hash = start;
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }
}
