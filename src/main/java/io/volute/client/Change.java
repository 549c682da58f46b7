package io.volute.client;

import io.volute.client.VoluteException.ChangeException;

/**
 * What became of a write or a delete.
 *
 * @param outcome what is known
 * @param version the context after it, where it was applied; else empty
 * @param siblings how many concurrent values the key has after it
 * @param acks how many owners have it, of how many: {@code 2/3}; empty where it was not applied
 * @param explanation why it was not applied, or why that is not known
 */
public record Change(
    Outcome outcome, String version, int siblings, String acks, String explanation) {
  /** What is known of a change. */
  public enum Outcome {
    /** As many owners as were asked for have it durably. */
    APPLIED,
    /** Its condition did not hold; nothing was changed. */
    CONDITION_FAILED,
    /** No node could carry it out within the deadline; it will not surface. */
    NOT_APPLIED,
    /**
     * It may have been applied, or may still be. Read the key to know; to repeat the change may
     * leave two siblings with the same value, and loses nothing.
     */
    UNKNOWN
  }

  static Change notApplied(String why) {
    return new Change(Outcome.NOT_APPLIED, "", 0, "", why);
  }

  static Change unknown(String why) {
    return new Change(Outcome.UNKNOWN, "", 0, "", why);
  }

  static Change conditionFailed(String why) {
    return new Change(Outcome.CONDITION_FAILED, "", 0, "", why);
  }

  /** Whether it is known to be durable. */
  public boolean isApplied() {
    return outcome == Outcome.APPLIED;
  }

  /**
   * For callers who can go on only if it was applied.
   *
   * @throws ChangeException when it was not, or when that is not known
   */
  public Change require() throws ChangeException {
    if (!isApplied()) {
      throw new ChangeException(this);
    }
    return this;
  }
}
