package io.volute.transport.session;

import java.util.concurrent.TimeUnit;

/**
 * The largest datagram that the path takes: begins with what every path takes, tries larger ones
 * step by step, and falls back when large ones vanish (RFC 8899's shape).
 */
final class PathMtu {
  /** IPv6 and QUIC ask every path for this much. */
  static final int BASE_BYTES = 1200;

  /** Ethernet less a tunnel, Ethernet, jumbo frames, and steps on loopback. */
  private static final int[] STEPS = {BASE_BYTES, 1400, 1472, 8172, 8972, 16_384, 32_768, 61_440};

  private static final int TRIES = 3;
  private static final int VANISHED_BEFORE_FALL_BACK = 4;
  private static final long RAISE_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** A peer that moves may move on; and whoever only pretends to gets nothing large. */
  private static final long AFTER_MOVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long AFTER_FALL_BACK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private int capBytes;
  private int step;
  private int failed;
  private int vanished;
  private boolean probing;
  private long nextProbeNanos;
  private long largeArrivedNanos;
  private long pathSinceNanos;

  /**
   * @param capBytes never more than this
   */
  PathMtu(int capBytes, long nowNanos) {
    this.capBytes = capBytes;
    this.nextProbeNanos = nowNanos;
    this.largeArrivedNanos = nowNanos;
    this.pathSinceNanos = nowNanos;
  }

  /**
   * Datagrams take another way from now on: nothing is known of it but its bound. What was sent
   * before says nothing about it, whatever becomes of it.
   */
  void onNewPath(int newCapBytes, long nowNanos) {
    fallBack(nowNanos);
    capBytes = newCapBytes;
    nextProbeNanos = nowNanos + AFTER_MOVE_NANOS;
    largeArrivedNanos = nowNanos;
    pathSinceNanos = nowNanos;
  }

  /** Whether a datagram that was sent then took the way of now. */
  boolean isOfThisPath(long sentNanos) {
    return sentNanos - pathSinceNanos >= 0;
  }

  int bytes() {
    return STEPS[step];
  }

  /** The size of a probe that should be sent now; 0 for none. */
  int probeBytes(long nowNanos) {
    boolean due = !probing && mayRise() && nowNanos - nextProbeNanos >= 0;
    return due ? STEPS[step + 1] : 0;
  }

  /** When {@link #probeBytes} should be asked again; {@link Long#MAX_VALUE} for not at all. */
  long nextProbeNanos() {
    return !probing && mayRise() ? nextProbeNanos : Long.MAX_VALUE;
  }

  private boolean mayRise() {
    return step + 1 < STEPS.length && STEPS[step + 1] <= capBytes;
  }

  void onProbeSent() {
    probing = true;
  }

  void onProbeAcked(int bytes, long nowNanos) {
    probing = false;
    failed = 0;
    nextProbeNanos = nowNanos;
    largeArrivedNanos = nowNanos;
    if (mayRise() && STEPS[step + 1] == bytes) {
      step++;
    }
  }

  void onProbeLost(long nowNanos, long pauseNanos) {
    probing = false;
    failed++;
    nextProbeNanos = nowNanos + pauseNanos;
    if (failed >= TRIES) {
      failed = 0;
      nextProbeNanos = nowNanos + RAISE_AGAIN_NANOS;
    }
  }

  /**
   * A datagram has arrived.
   *
   * @return whether the size has changed: one that was larger than what is sent now was late, not
   *     lost, as when the peer stood still for a moment
   */
  boolean onArrived(int bytes, long nowNanos) {
    if (bytes > BASE_BYTES) {
      vanished = 0;
      largeArrivedNanos = nowNanos;
    }
    int before = step;
    while (mayRise() && STEPS[step + 1] <= bytes) {
      step++;
    }
    return step > before;
  }

  /**
   * A datagram was lost.
   *
   * @param longNanos a time in which some large one should have come through
   * @return whether the size has changed
   */
  boolean onVanished(int bytes, long nowNanos, long longNanos) {
    if (bytes <= BASE_BYTES || step == 0) {
      return false;
    }
    vanished++;
    if (vanished < VANISHED_BEFORE_FALL_BACK || nowNanos - largeArrivedNanos < longNanos) {
      return false;
    }
    fallBack(nowNanos);
    return true;
  }

  /** Large datagrams don't get through, or nothing does. */
  void fallBack(long nowNanos) {
    step = 0;
    vanished = 0;
    failed = 0;
    probing = false;
    nextProbeNanos = nowNanos + AFTER_FALL_BACK_NANOS;
  }
}
