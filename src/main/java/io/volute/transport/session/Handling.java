package io.volute.transport.session;

/** How a message is to be treated on its way. */
public enum Handling {
  /** Goes before others: the peer waits for it, or is judged by it. */
  FIRST,

  USUAL,

  /**
   * Does harm when it arrives late: is not sent, or sent again, after {@link
   * Outbox#PERISHABLE_NANOS}, so that it arrives within that time and the path's, or not at all.
   */
  PERISHABLE
}
