package io.volute.port;

/** Time, as the core is told of it. */
public interface Clock {
  /** Milliseconds since an arbitrary point; never goes back. For timeouts and intervals. */
  long monotonicMillis();

  /**
   * Milliseconds since the Unix epoch; may jump either way. Only shown to people and for expiry.
   */
  long wallMillis();
}
