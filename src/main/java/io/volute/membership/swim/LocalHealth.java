package io.volute.membership.swim;

/**
 * How far this node trusts its own judgement of others: Lifeguard's local health multiplier (2017,
 * section IV.A). A node that gets no processor, or hears nothing, would accuse everyone; its own
 * failures make it probe more slowly and wait longer instead.
 */
public final class LocalHealth {
  /** Of the paper: eight times as slow at most. */
  static final int MOST = 8;

  private int score;

  /** By what time limits and pauses are multiplied: 1 (all is well) to {@value #MOST}. */
  public int multiplier() {
    return 1 + score;
  }

  void improve() {
    score = Math.max(0, score - 1);
  }

  void worsen(int by) {
    score = Math.min(MOST - 1, score + by);
  }
}
