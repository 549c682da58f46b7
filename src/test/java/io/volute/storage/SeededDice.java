package io.volute.storage;

import io.volute.port.Dice;
import java.util.SplittableRandom;

/** Chance that repeats itself. */
final class SeededDice implements Dice {
  private final SplittableRandom random;

  SeededDice(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }
}
