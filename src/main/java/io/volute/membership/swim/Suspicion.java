package io.volute.membership.swim;

import io.volute.settings.NetworkTuning;

/**
 * How long a suspect has to refute. The more members suspect it independently, the less: Lifeguard
 * (2017, section IV.B). A lone accuser may be the one that is cut off, so it waits longest.
 */
final class Suspicion {
  private final long leastMillis;
  private final long mostMillis;
  private final int wanted;
  private long beganAtMillis;
  private int confirmations;

  /**
   * @param members how many there are, this node and the suspect included
   */
  Suspicion(NetworkTuning tuning, int members, long nowMillis) {
    double scale = Math.max(1, Math.log10(Math.max(1, members)));
    leastMillis = (long) (tuning.suspicionFactor() * scale * tuning.probeIntervalMillis());
    mostMillis = tuning.suspicionMost() * leastMillis;
    wanted = wantedConfirmations(tuning, members);
    beganAtMillis = nowMillis;
  }

  /** With too few to confirm it, nobody's word is waited for. */
  static int wantedConfirmations(NetworkTuning tuning, int members) {
    int wanted = Math.max(0, tuning.suspicionFactor() - 2);
    return members - 2 < wanted ? 0 : wanted;
  }

  /** Another member suspects it as well. */
  void confirm() {
    confirmations++;
  }

  /** This node was not able to hear a refutation for a while. */
  void postpone(long millis) {
    beganAtMillis += millis;
  }

  /**
   * When it is dead, unless it refutes before. As many confirmations are waited for as can come:
   * who is dead or suspect itself, or does not answer, gives none. Where two members are left they
   * need only each other's word; a member that hears nobody waits longest, since the trouble may be
   * its own.
   *
   * @param others how many but the suspect answer this node now
   */
  long deadAtMillis(int others) {
    int expected = others > 0 ? Math.min(wanted, others) : wanted;
    if (expected == 0) {
      return beganAtMillis + leastMillis;
    }
    double share = Math.log(confirmations + 1.0) / Math.log(expected + 1.0);
    long timeout = mostMillis - (long) ((mostMillis - leastMillis) * share);
    return beganAtMillis + Math.max(leastMillis, timeout);
  }
}
