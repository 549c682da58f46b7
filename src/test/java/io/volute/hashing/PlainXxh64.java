package io.volute.hashing;

import java.math.BigInteger;

/**
 * XXH64 written down step by step from the xxHash specification, on integers without overflow. Slow
 * and independent of {@link Hash64}, to hold that one to it.
 */
final class PlainXxh64 {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(64);
  private static final BigInteger P1 = new BigInteger("11400714785074694791");
  private static final BigInteger P2 = new BigInteger("14029467366897019727");
  private static final BigInteger P3 = new BigInteger("1609587929392839161");
  private static final BigInteger P4 = new BigInteger("9650029242287828579");
  private static final BigInteger P5 = new BigInteger("2870177450012600261");

  private PlainXxh64() {}

  static long of(byte[] input, long signedSeed) {
    BigInteger seed = wrap(BigInteger.valueOf(signedSeed));
    int position = 0;
    BigInteger acc;
    if (input.length < 32) {
      acc = seed.add(P5);
    } else {
      BigInteger[] lanes = {seed.add(P1).add(P2), seed.add(P2), seed, seed.subtract(P1)};
      while (input.length - position >= 32) {
        for (int lane = 0; lane < 4; lane++) {
          lanes[lane] = round(lanes[lane], read(input, position, 8));
          position += 8;
        }
      }
      acc = rotated(lanes[0], 1).add(rotated(lanes[1], 7));
      acc = acc.add(rotated(lanes[2], 12)).add(rotated(lanes[3], 18));
      for (BigInteger lane : lanes) {
        acc = wrap(acc).xor(round(BigInteger.ZERO, lane)).multiply(P1).add(P4);
      }
    }
    acc = acc.add(BigInteger.valueOf(input.length));
    for (; input.length - position >= 8; position += 8) {
      acc = wrap(acc).xor(round(BigInteger.ZERO, read(input, position, 8)));
      acc = rotated(acc, 27).multiply(P1).add(P4);
    }
    if (input.length - position >= 4) {
      acc = wrap(acc).xor(wrap(read(input, position, 4).multiply(P1)));
      acc = rotated(acc, 23).multiply(P2).add(P3);
      position += 4;
    }
    for (; position < input.length; position++) {
      acc = wrap(acc).xor(wrap(read(input, position, 1).multiply(P5)));
      acc = rotated(acc, 11).multiply(P1);
    }
    acc = shiftedInto(acc, 33).multiply(P2);
    acc = shiftedInto(acc, 29).multiply(P3);
    return shiftedInto(acc, 32).longValue();
  }

  private static BigInteger wrap(BigInteger value) {
    return value.mod(MODULUS);
  }

  private static BigInteger round(BigInteger acc, BigInteger lane) {
    return wrap(rotated(acc.add(lane.multiply(P2)), 31).multiply(P1));
  }

  private static BigInteger rotated(BigInteger value, int bits) {
    BigInteger wrapped = wrap(value);
    return wrap(wrapped.shiftLeft(bits)).or(wrapped.shiftRight(64 - bits));
  }

  private static BigInteger shiftedInto(BigInteger value, int bits) {
    BigInteger wrapped = wrap(value);
    return wrapped.xor(wrapped.shiftRight(bits));
  }

  /** Little-endian, unsigned. */
  private static BigInteger read(byte[] input, int position, int length) {
    BigInteger value = BigInteger.ZERO;
    for (int i = length - 1; i >= 0; i--) {
      value = value.shiftLeft(8).or(BigInteger.valueOf(input[position + i] & 0xff));
    }
    return value;
  }
}
