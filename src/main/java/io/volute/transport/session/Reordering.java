package io.volute.transport.session;

/**
 * Learns how much later ones overtake a datagram on this path. What was taken for lost is
 * remembered for a while: when the peer acknowledges it after all, the bounds of both thresholds
 * grow to what would have waited for it (RFC 9002, section 6.1, leaves that to the sender; the
 * bounds are those of Linux and of RACK, RFC 8985), and when that goes for all of a congestion
 * event, there was none (RFC 9438, section 4.9.2). After events enough without such a mistake the
 * bounds begin anew.
 */
final class Reordering {
  /** RFC 9002's packet threshold. */
  static final int LEAST_PACKETS = 3;

  /** Linux has as many. */
  static final int MOST_PACKETS = 300;

  /**
   * Parts of a round trip: a datagram is lost after 9/8 of one at first, later after two at most.
   */
  static final int PARTS = 8;

  private static final int LEAST_PARTS = 1;

  /** RACK goes back to its first bound after so many recoveries. */
  private static final int QUIET_EVENTS = 16;

  private static final int REMEMBERED = 256;
  private static final long NONE = -1;

  private final long[] numbers = new long[REMEMBERED];
  private final long[] sentNanos = new long[REMEMBERED];
  private final long[] events = new long[REMEMBERED];
  private int oldest;
  private int size;
  private int packets = LEAST_PACKETS;
  private int parts = LEAST_PARTS;

  private long event;
  private long eventNanos = Long.MIN_VALUE;
  private int lostInEvent;
  private int lateInEvent;
  private int quietEvents;
  private long late;

  /** A datagram is lost when one so many later has been acknowledged. */
  int packetThreshold() {
    return packets;
  }

  /** It is lost as well when it is older than a round trip and so many eighths of it. */
  int extraParts() {
    return parts;
  }

  /** Datagrams that were taken for lost and came after all. */
  long late() {
    return late;
  }

  /** Another path has an order of its own. */
  void onNewPath() {
    size = 0;
    packets = LEAST_PACKETS;
    parts = LEAST_PARTS;
  }

  /** A datagram is taken for lost; those of one round trip are one event. */
  void onLost(SentPacket packet, long nowNanos) {
    if (packet.sentNanos > eventNanos) {
      beginEvent(nowNanos);
    }
    lostInEvent++;
    int place = (oldest + size) % REMEMBERED;
    numbers[place] = packet.number;
    sentNanos[place] = packet.sentNanos;
    events[place] = event;
    if (size < REMEMBERED) {
      size++;
    } else {
      oldest = (oldest + 1) % REMEMBERED;
    }
  }

  private void beginEvent(long nowNanos) {
    quietEvents = lateInEvent > 0 ? 0 : quietEvents + 1;
    if (quietEvents >= QUIET_EVENTS) {
      packets = LEAST_PACKETS;
      parts = LEAST_PARTS;
    }
    event++;
    eventNanos = nowNanos;
    lostInEvent = 0;
    lateInEvent = 0;
  }

  /**
   * The peer says what it has.
   *
   * @return whether this shows that nothing was lost in the last event
   */
  boolean onAck(AckFrame ack, long roundTripNanos, long nowNanos) {
    int before = lateInEvent;
    for (int i = 0; i < size; i++) {
      int place = (oldest + i) % REMEMBERED;
      if (numbers[place] != NONE && ack.covers(numbers[place])) {
        onLate(place, ack.largest(), roundTripNanos, nowNanos);
        numbers[place] = NONE;
      }
    }
    while (size > 0 && numbers[oldest] == NONE) {
      oldest = (oldest + 1) % REMEMBERED;
      size--;
    }
    return lateInEvent > before && lateInEvent == lostInEvent;
  }

  private void onLate(int place, long largest, long roundTripNanos, long nowNanos) {
    late++;
    lateInEvent += events[place] == event ? 1 : 0;
    long overtakenBy = largest - numbers[place];
    packets = (int) Math.min(MOST_PACKETS, Math.max(packets, overtakenBy + 1));
    long beyondNanos = nowNanos - sentNanos[place] - roundTripNanos;
    long needed = 1 + beyondNanos * PARTS / Math.max(1, roundTripNanos);
    parts = (int) Math.min(PARTS, Math.max(parts, needed));
  }
}
