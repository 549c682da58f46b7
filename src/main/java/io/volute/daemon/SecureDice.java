package io.volute.daemon;

import io.volute.port.Dice;
import java.security.SecureRandom;

/** Chance that nobody can guess. Any thread may use it. */
final class SecureDice implements Dice {
  private final SecureRandom random = new SecureRandom();

  @Override
  public long nextLong() {
    return random.nextLong();
  }
}
