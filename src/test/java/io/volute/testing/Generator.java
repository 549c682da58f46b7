package io.volute.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Random values from a seed: the same seed gives the same values on every machine. */
public final class Generator {
  private final SplittableRandom random;

  public Generator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A number from 0 to {@code bound} − 1. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** A number from {@code least} to {@code most}. */
  public long between(long least, long most) {
    return most == Long.MAX_VALUE
        ? random.nextLong(least - 1, most) + 1
        : random.nextLong(least, most + 1);
  }

  /** A number of up to so many bits, small ones as often as large ones. */
  public long ofBits(int most) {
    int bits = below(most + 1);
    return bits == 0 ? 0 : random.nextLong() >>> (Long.SIZE - bits);
  }

  public boolean chance(int percent) {
    return below(100) < percent;
  }

  public <T> T pick(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Characters of an alphabet. */
  public String text(String alphabet, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(below(alphabet.length())));
    }
    return text.toString();
  }

  /** The same elements in a random order, as a new list. */
  public <T> List<T> shuffled(List<T> elements) {
    List<T> shuffled = new ArrayList<>(elements);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, below(i + 1));
    }
    return shuffled;
  }
}
