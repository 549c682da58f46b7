package io.volute.transport.session;

import java.util.concurrent.TimeUnit;

/** How long a datagram and its acknowledgement take: RFC 9002, section 5. */
final class RoundTrip {
  /** What is assumed before anything was measured. */
  static final long INITIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Timers are no finer than this. */
  static final long GRANULARITY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private boolean measured;
  private long latestNanos;
  private long minNanos;
  private long smoothedNanos = INITIAL_NANOS;
  private long varianceNanos = INITIAL_NANOS / 2;

  /**
   * @param delayNanos how long the peer says it has held the acknowledgement back
   */
  void measure(long sampleNanos, long delayNanos) {
    latestNanos = Math.max(1, sampleNanos);
    if (!measured) {
      measured = true;
      minNanos = latestNanos;
      smoothedNanos = latestNanos;
      varianceNanos = latestNanos / 2;
      return;
    }
    minNanos = Math.min(minNanos, latestNanos);
    long adjusted = latestNanos - minNanos >= delayNanos ? latestNanos - delayNanos : latestNanos;
    varianceNanos += (Math.abs(smoothedNanos - adjusted) - varianceNanos) / 4;
    smoothedNanos += (adjusted - smoothedNanos) / 8;
  }

  boolean isMeasured() {
    return measured;
  }

  long latestNanos() {
    return latestNanos;
  }

  long smoothedNanos() {
    return smoothedNanos;
  }

  /** The longer of what is usual and what was last. */
  long longerNanos() {
    return Math.max(smoothedNanos, latestNanos);
  }

  /**
   * A datagram that is older than this when a later one is acknowledged is lost.
   *
   * @param parts so many eighths of a round trip are waited beyond it
   */
  long lossDelayNanos(int parts) {
    long longer = longerNanos();
    return Math.max(longer + longer * parts / Reordering.PARTS, GRANULARITY_NANOS);
  }

  /** Silence after which the peer is asked whether it got anything. */
  long probeTimeoutNanos(long peerAckDelayNanos) {
    return smoothedNanos + Math.max(4 * varianceNanos, GRANULARITY_NANOS) + peerAckDelayNanos;
  }
}
