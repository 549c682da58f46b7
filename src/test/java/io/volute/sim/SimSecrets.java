package io.volute.sim;

import io.volute.hashing.DigestKey;
import java.util.Arrays;
import java.util.List;

/**
 * Digest keys of simulated members. One that starts again may know other secrets than before, as
 * while one replaces the other; all of them know the first.
 */
final class SimSecrets {
  static final DigestKey FIRST = key(1);
  static final DigestKey SECOND = key(2);

  private static final List<List<DigestKey>> STAGES =
      List.of(List.of(FIRST), List.of(FIRST, SECOND), List.of(SECOND, FIRST));

  private SimSecrets() {}

  /**
   * What a member knows in one of its lives.
   *
   * @param life 0 and up; without secrets when negative
   */
  static List<DigestKey> inLife(int life) {
    return life < 0 ? List.of(DigestKey.PLAIN) : STAGES.get(life % STAGES.size());
  }

  private static DigestKey key(int number) {
    byte[] secret = new byte[DigestKey.SECRET_BYTES];
    Arrays.fill(secret, (byte) number);
    return DigestKey.of(secret, number);
  }
}
