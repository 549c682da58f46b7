package io.volute.sim;

import io.volute.port.Dice;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded chance; each part of a simulation has dice of its own. */
final class SimDice implements Dice {
  private final SplittableRandom random;

  SimDice(long seed) {
    this(new SplittableRandom(seed));
  }

  private SimDice(SplittableRandom random) {
    this.random = random;
  }

  SimDice split() {
    return new SimDice(random.split());
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  <T> T pick(List<T> from) {
    return from.get(nextBelow(from.size()));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }
}
