package io.volute.transport.session;

import java.util.concurrent.TimeUnit;

/**
 * Finds out what became of the datagrams under way: acknowledged, or lost by the number of later
 * ones or the time that has passed, or unknown, so that the peer must be asked: RFC 9002, section
 * 6. Drives the congestion window, the pace and the path's size by it.
 */
final class Recovery {
  /** Told the fate of each datagram under way, once. */
  interface Listener {
    void onAcked(SentPacket packet);

    void onLost(SentPacket packet);
  }

  /** A receiver acknowledges within this time. */
  static final long MAX_ACK_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

  static final long NEVER = Long.MAX_VALUE;

  private static final int PROBES = 2;
  private static final int BLACK_HOLE_TIMEOUTS = 3;

  /** The pause between questions to a silent peer grows up to this. */
  private static final long LONGEST_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int MAX_BACKOFF_SHIFT = 10;

  /** Round trips without a single large datagram after which it is the size that is lost. */
  private static final int TIMEOUTS_WITHOUT_LARGE = 3;

  private final Reordering reordering = new Reordering();
  private final SentPackets sent = new SentPackets();
  private final RoundTrip roundTrip = new RoundTrip();
  private final Cubic window = new Cubic(PathMtu.BASE_BYTES);
  private final PathMtu mtu;
  private final Pacer pacer;
  private final Listener listener;

  private long largestAcked = -1;
  private long lossNanos = NEVER;
  private long lastSentNanos;
  private int timeouts;
  private int probesDue;
  private long lostDatagrams;

  Recovery(int maxDatagramBytes, long nowNanos, Listener listener) {
    this.mtu = new PathMtu(maxDatagramBytes, nowNanos);
    this.pacer = new Pacer(Cubic.INITIAL_DATAGRAMS * PathMtu.BASE_BYTES, nowNanos);
    this.listener = listener;
  }

  SentPackets sent() {
    return sent;
  }

  PathMtu mtu() {
    return mtu;
  }

  RoundTrip roundTrip() {
    return roundTrip;
  }

  Cubic window() {
    return window;
  }

  /** Datagrams that were found lost so far. */
  long lostDatagrams() {
    return lostDatagrams;
  }

  /** Those of them that came after all. */
  long lateDatagrams() {
    return reordering.late();
  }

  /** A round trip that the handshake has measured. */
  void onFirstRoundTrip(long nanos) {
    roundTrip.measure(nanos, 0);
    pacer.onWindow(window, mtu.bytes(), roundTrip.smoothedNanos());
  }

  boolean isProbeDue() {
    return probesDue > 0;
  }

  /** Whether a datagram that counts may leave now. */
  boolean maySend(long nowNanos) {
    return sent.hasRoom()
        && (probesDue > 0 || (sent.bytes() < window.windowBytes() && pacer.allows(nowNanos)));
  }

  /** Whether it is only the pace that holds datagrams back, not the window. */
  boolean isPaced() {
    return sent.hasRoom() && sent.bytes() < window.windowBytes();
  }

  long paceNanos() {
    return pacer.nextNanos();
  }

  void onSent(SentPacket packet, long nowNanos) {
    packet.sentNanos = nowNanos;
    lastSentNanos = nowNanos;
    sent.add(packet);
    pacer.onSent(packet.bytes);
    probesDue = Math.max(0, probesDue - 1);
    if (packet.isSizeProbe) {
      mtu.onProbeSent();
    }
  }

  /**
   * The peer has acknowledged these datagrams.
   *
   * @return false when it acknowledges what was never sent
   */
  boolean onAck(AckFrame ack, long nowNanos) {
    if (ack.largest() >= sent.next()) {
      return false;
    }
    if (reordering.onAck(ack, roundTrip.longerNanos(), nowNanos)) {
      window.onNothingLost();
    }
    long before = sent.bytes();
    SentPacket newest = null;
    for (int range = 0; range < ack.size(); range++) {
      long end = ack.end(range);
      for (long number = Math.max(ack.start(range), sent.lowest()); number < end; number++) {
        SentPacket packet = sent.find(number);
        if (packet != null) {
          if (newest == null && number == ack.largest()) {
            newest = packet;
            measure(packet, ack.delayNanos(), nowNanos);
          }
          onAcked(packet, before, nowNanos);
        }
      }
    }
    if (sent.bytes() == before) {
      return true;
    }
    if (timeouts >= BLACK_HOLE_TIMEOUTS) {
      window.onCollapse();
    }
    timeouts = 0;
    probesDue = 0;
    largestAcked = Math.max(largestAcked, ack.largest());
    detectLosses(nowNanos);
    pacer.onWindow(window, mtu.bytes(), roundTrip.smoothedNanos());
    return true;
  }

  private void measure(SentPacket packet, long delayNanos, long nowNanos) {
    long sample = nowNanos - packet.sentNanos;
    long delay = Math.min(delayNanos, MAX_ACK_DELAY_NANOS);
    roundTrip.measure(sample, delay);
    window.onRoundTrip(packet.number, sent.next(), Math.max(1, sample - delay), nowNanos);
  }

  private void onAcked(SentPacket packet, long bytesBefore, long nowNanos) {
    sent.remove(packet);
    boolean limited = 2 * bytesBefore >= window.windowBytes();
    window.onAcked(packet.bytes, packet.sentNanos, nowNanos, roundTrip.smoothedNanos(), limited);
    if (mtu.isOfThisPath(packet.sentNanos)) {
      onSizeArrived(packet, nowNanos);
    }
    listener.onAcked(packet);
    sent.giveBack(packet);
  }

  private void onSizeArrived(SentPacket packet, long nowNanos) {
    boolean isLarger = mtu.onArrived(packet.bytes, nowNanos);
    if (packet.isSizeProbe) {
      mtu.onProbeAcked(packet.bytes, nowNanos);
    }
    if (isLarger || packet.isSizeProbe) {
      window.onDatagramSize(mtu.bytes());
    }
  }

  private void detectLosses(long nowNanos) {
    lossNanos = NEVER;
    long delayNanos = roundTrip.lossDelayNanos(reordering.extraParts());
    long overtaken = largestAcked - reordering.packetThreshold();
    for (long number = sent.lowest(); number <= largestAcked; number++) {
      SentPacket packet = sent.find(number);
      if (packet == null) {
        continue;
      }
      if (number <= overtaken || nowNanos - packet.sentNanos >= delayNanos) {
        onLost(packet, nowNanos);
      } else {
        lossNanos = Math.min(lossNanos, packet.sentNanos + delayNanos);
      }
    }
  }

  private void onLost(SentPacket packet, long nowNanos) {
    sent.remove(packet);
    lostDatagrams++;
    if (packet.isSizeProbe) {
      if (mtu.isOfThisPath(packet.sentNanos)) {
        mtu.onProbeLost(nowNanos, timeoutNanos());
      }
    } else {
      reordering.onLost(packet, nowNanos);
      window.onLost(packet.sentNanos, nowNanos);
      if (mtu.isOfThisPath(packet.sentNanos)
          && mtu.onVanished(packet.bytes, nowNanos, TIMEOUTS_WITHOUT_LARGE * timeoutNanos())) {
        window.onDatagramSize(mtu.bytes());
      }
    }
    listener.onLost(packet);
    sent.giveBack(packet);
  }

  /** Datagrams take another way from now on. */
  void onNewPath(int maxDatagramBytes, long nowNanos) {
    mtu.onNewPath(maxDatagramBytes, nowNanos);
    window.onDatagramSize(mtu.bytes());
    window.onNewPath();
    reordering.onNewPath();
    pacer.onWindow(window, mtu.bytes(), roundTrip.smoothedNanos());
    timeouts = 0;
  }

  private long timeoutNanos() {
    return roundTrip.probeTimeoutNanos(MAX_ACK_DELAY_NANOS);
  }

  /** When {@link #onTimer} has something to do. */
  long nextNanos() {
    if (sent.size() == 0) {
      return NEVER;
    }
    if (lossNanos != NEVER) {
      return lossNanos;
    }
    long pause = timeoutNanos() << Math.min(timeouts, MAX_BACKOFF_SHIFT);
    return lastSentNanos + Math.min(pause, Math.max(timeoutNanos(), LONGEST_TIMEOUT_NANOS));
  }

  void onTimer(long nowNanos) {
    if (nowNanos < nextNanos()) {
      return;
    }
    if (lossNanos != NEVER) {
      detectLosses(nowNanos);
      pacer.onWindow(window, mtu.bytes(), roundTrip.smoothedNanos());
      if (nowNanos < nextNanos()) {
        return;
      }
      // What is still under way is overdue as well.
    }
    timeouts++;
    probesDue = PROBES;
    // Also where no probe can be sent: the next pause begins now.
    lastSentNanos = nowNanos;
    if (timeouts == BLACK_HOLE_TIMEOUTS && mtu.bytes() > PathMtu.BASE_BYTES && isLargeUnderWay()) {
      mtu.fallBack(nowNanos);
      window.onDatagramSize(mtu.bytes());
    }
  }

  /** Whether the silence may be a matter of size at all. */
  private boolean isLargeUnderWay() {
    for (long number = sent.lowest(); number < sent.next(); number++) {
      SentPacket packet = sent.find(number);
      if (packet != null && packet.bytes > PathMtu.BASE_BYTES) {
        return true;
      }
    }
    return false;
  }

  /** The oldest datagram under way, whose content a probe had better carry again; null for none. */
  SentPacket oldest() {
    return sent.size() == 0 ? null : sent.find(sent.lowest());
  }
}
