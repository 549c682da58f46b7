package io.volute.transport.session;

import java.util.concurrent.TimeUnit;

/**
 * How many bytes may be under way: CUBIC (RFC 9438), with slow start that ends when the round trip
 * grows (HyStart, without its conservative rounds), nothing gained while the window is not used,
 * and a {@link StandingQueue} that is kept short where it is our own.
 */
final class Cubic {
  static final int INITIAL_DATAGRAMS = 10;
  static final int MIN_DATAGRAMS = 2;

  /** Beyond this, memory is the limit and not the network. */
  static final long MAX_WINDOW_BYTES = 32L << 20;

  private static final double C = 0.4;
  private static final double BETA = 0.7;
  private static final double RENO_ALPHA = 3 * (1 - BETA) / (1 + BETA);
  private static final double MOST_GROWTH = 1.5;

  /** Into a queue that others have filled already, so much of slow start's pace. */
  private static final double CONTENDING_GROWTH = 0.5;

  /**
   * What a loss leaves then. By trial: with CUBIC's 0.7 our share beside a transfer of TCP sank
   * slowly, and questions cost some of it.
   */
  private static final double CONTENDING_BETA = 0.8;

  private static final long LEAST_RISE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
  private static final long MOST_RISE_NANOS = TimeUnit.MILLISECONDS.toNanos(16);

  private int datagramBytes;
  private double window;
  private double threshold = Double.MAX_VALUE;
  private double windowBeforeLoss;
  private double reno;
  private double k;
  private long epochStartNanos;
  private boolean inEpoch;
  private long recoveryStartNanos;
  private boolean everLost;
  private long lastAckNanos;

  private final BeforeLoss before = new BeforeLoss();
  private final StandingQueue queue = new StandingQueue();
  private boolean roundLimited;
  private double roundAckedBytes;
  private double windowBeforeYield;

  private long roundEndPacket;
  private long roundMinNanos = Long.MAX_VALUE;
  private long lastRoundMinNanos = Long.MAX_VALUE;

  /** What a loss changes, as it was before the last one: RFC 9438, section 4.9.2. */
  private final class BeforeLoss {
    private boolean isKnown;
    private double window;
    private double threshold;
    private double windowBeforeLoss;
    private boolean everLost;
    private long recoveryStartNanos;

    void keep() {
      isKnown = true;
      window = Cubic.this.window;
      threshold = Cubic.this.threshold;
      windowBeforeLoss = Cubic.this.windowBeforeLoss;
      everLost = Cubic.this.everLost;
      recoveryStartNanos = Cubic.this.recoveryStartNanos;
    }

    void restore() {
      if (isKnown && window > Cubic.this.window) {
        Cubic.this.window = window;
        Cubic.this.threshold = threshold;
        Cubic.this.windowBeforeLoss = Math.max(windowBeforeLoss, window);
        Cubic.this.everLost = everLost;
        Cubic.this.recoveryStartNanos = recoveryStartNanos;
        inEpoch = false;
      }
      isKnown = false;
    }

    void forget() {
      isKnown = false;
    }
  }

  Cubic(int datagramBytes) {
    this.datagramBytes = datagramBytes;
    this.window = INITIAL_DATAGRAMS * (double) datagramBytes;
  }

  /** The path takes larger or smaller datagrams from now on. */
  void onDatagramSize(int bytes) {
    datagramBytes = bytes;
    window = Math.max(window, MIN_DATAGRAMS * (double) bytes);
  }

  long windowBytes() {
    return (long) window;
  }

  boolean inSlowStart() {
    return window < threshold;
  }

  /**
   * A round trip was measured.
   *
   * @param sampleNanos without the receiver's delay
   */
  void onRoundTrip(long packet, long nextPacket, long sampleNanos, long nowNanos) {
    if (packet >= roundEndPacket) {
      if (roundMinNanos != Long.MAX_VALUE) {
        onRound(nowNanos);
      }
      roundEndPacket = nextPacket;
      lastRoundMinNanos = roundMinNanos;
      roundMinNanos = Long.MAX_VALUE;
      roundLimited = false;
    }
    roundMinNanos = Math.min(roundMinNanos, sampleNanos);
    boolean mayEnd = inSlowStart() && !queue.isContending();
    if (mayEnd && lastRoundMinNanos != Long.MAX_VALUE) {
      long rise = Math.min(MOST_RISE_NANOS, Math.max(LEAST_RISE_NANOS, lastRoundMinNanos / 8));
      if (roundMinNanos >= lastRoundMinNanos + rise) {
        threshold = window;
      }
    }
  }

  private void onRound(long nowNanos) {
    boolean limited = roundLimited && !inSlowStart();
    if (queue.isContending() && queue.isDue(nowNanos)) {
      // Where credit or the sender holds it back, half of what is not in use would ask nothing.
      double used = Math.max(roundAckedBytes, INITIAL_DATAGRAMS * (double) datagramBytes);
      window = Math.min(window, used);
    }
    roundAckedBytes = 0;
    switch (queue.onRound(roundMinNanos, windowBytes(), limited, nowNanos)) {
      case YIELD -> {
        if (queue.isFirstYield()) {
          windowBeforeYield = window;
        }
        setAfterYield(window * queue.yieldFactor());
        if (!queue.isContending()) {
          growFromHere();
        }
      }
      case REFILL -> {
        setAfterYield(queue.refillBytes());
        growFromHere();
      }
      case CONTEND -> {
        setAfterYield(Math.max(window, windowBeforeYield));
        // Slow start had ended too early, or yields have taken what was ours: up to the next loss.
        threshold = Double.MAX_VALUE;
      }
      case RESUME -> setAfterYield(Math.max(window, windowBeforeYield));
      case GO_ON -> {}
    }
  }

  /**
   * Nothing was lost, so there is no window to come back to (RFC 9438, section 4.10). From here all
   * senders of a path grow by the same, whatever they have, and what they yield is in proportion to
   * it: so they come together (Chiu and Jain, 1989).
   */
  private void growFromHere() {
    windowBeforeLoss = window;
  }

  private void setAfterYield(double bytes) {
    before.forget();
    window = Math.max(bytes, MIN_DATAGRAMS * (double) datagramBytes);
    threshold = window;
    windowBeforeLoss = windowBeforeYield;
    inEpoch = false;
  }

  /**
   * A datagram was acknowledged.
   *
   * @param limited whether the window was in use; else it does not grow
   */
  void onAcked(int bytes, long sentNanos, long nowNanos, long roundTripNanos, boolean limited) {
    long sinceLast = nowNanos - lastAckNanos;
    lastAckNanos = nowNanos;
    roundLimited |= limited;
    roundAckedBytes += bytes;
    if (everLost && sentNanos - recoveryStartNanos <= 0) {
      return;
    }
    if (!limited) {
      // The curve stands still with the window.
      epochStartNanos += sinceLast;
      return;
    }
    if (inSlowStart()) {
      double more = queue.isContending() ? CONTENDING_GROWTH * bytes : bytes;
      window = Math.min(MAX_WINDOW_BYTES, window + more);
      return;
    }
    growByCurve(bytes, nowNanos, roundTripNanos);
  }

  private void growByCurve(int bytes, long nowNanos, long roundTripNanos) {
    if (!inEpoch) {
      inEpoch = true;
      epochStartNanos = nowNanos;
      windowBeforeLoss = Math.max(windowBeforeLoss, window);
      k = Math.cbrt((windowBeforeLoss - window) / datagramBytes / C);
      reno = window;
    }
    double seconds = (nowNanos - epochStartNanos + roundTripNanos) / 1e9 - k;
    double curve = C * seconds * seconds * seconds * datagramBytes + windowBeforeLoss;
    double target = Math.min(MOST_GROWTH * window, Math.max(window, curve));
    double share = bytes / window;
    reno += (reno < windowBeforeLoss ? RENO_ALPHA : 1) * share * datagramBytes;
    window = Math.max(window + (target - window) * share, reno);
    window = Math.min(MAX_WINDOW_BYTES, window);
  }

  /** Datagrams were lost; those of one round trip count once. */
  void onLost(long lastSentNanos, long nowNanos) {
    if (everLost && lastSentNanos - recoveryStartNanos <= 0) {
      return;
    }
    before.keep();
    everLost = true;
    recoveryStartNanos = nowNanos;
    inEpoch = false;
    // Fast convergence: who has less than last time makes room for others.
    windowBeforeLoss = window < windowBeforeLoss ? window * (1 + BETA) / 2 : window;
    double kept = queue.isContending() ? CONTENDING_BETA : BETA;
    window = Math.max(window * kept, MIN_DATAGRAMS * (double) datagramBytes);
    threshold = window;
  }

  /** What was taken for lost last has come after all, all of it: as if nothing had happened. */
  void onNothingLost() {
    before.restore();
  }

  /** Nothing got through for long: begin anew. */
  void onCollapse() {
    before.forget();
    threshold = Math.max(window * BETA, MIN_DATAGRAMS * (double) datagramBytes);
    window = MIN_DATAGRAMS * (double) datagramBytes;
    inEpoch = false;
  }

  /** Datagrams take another way from now on. */
  void onNewPath() {
    onCollapse();
    queue.onNewPath();
  }
}
