package io.volute.transport.session;

import java.nio.ByteBuffer;

/**
 * Which datagrams of a session have arrived: takes each once, and knows when to tell the sender.
 */
final class ReceivedPackets {
  /** More gaps than this are forgotten, the oldest first, and what lies there comes too late. */
  static final int MAX_RANGES = 256;

  /** How far behind an acknowledgement that has arrived late datagrams are still taken. */
  private static final long LATE_PACKETS = 4096;

  /** After so many datagrams that count an acknowledgement is due at the end of the turn. */
  private static final int ACK_EVERY = 2;

  private final LongRanges arrived = new LongRanges();
  private long floor;
  private long largest = -1;
  private long largestNanos;
  private int unacknowledged;
  private boolean isAckUrgent;
  private long ackNanos = Recovery.NEVER;

  /** Whether a datagram is new; asked before it is opened, as repeats are not worth the effort. */
  boolean isNew(long number) {
    return number >= floor && !arrived.contains(number);
  }

  /** Takes a datagram that {@link #isNew}. */
  void add(long number, boolean asksForAck, long nowNanos) {
    arrived.add(number, number + 1);
    if (arrived.size() > MAX_RANGES) {
      floor = arrived.end(0);
      arrived.dropLowest();
    }
    boolean inOrder = number == largest + 1;
    if (number > largest) {
      largest = number;
      largestNanos = nowNanos;
    }
    if (!asksForAck) {
      return;
    }
    unacknowledged++;
    isAckUrgent |= !inOrder || unacknowledged >= ACK_EVERY;
    if (unacknowledged == 1) {
      ackNanos = nowNanos + Recovery.MAX_ACK_DELAY_NANOS;
    }
  }

  /** Whether an acknowledgement would tell something new. */
  boolean hasNews() {
    return unacknowledged > 0;
  }

  boolean isAckDue(long nowNanos) {
    return isAckUrgent || nowNanos >= ackNanos;
  }

  /** When an acknowledgement is due at the latest. */
  long ackNanos() {
    return ackNanos;
  }

  /** Writes the acknowledgement; false when there was no room. */
  boolean write(ByteBuffer out, int limit, long nowNanos) {
    if (!AckFrame.write(out, limit, arrived, nowNanos - largestNanos)) {
      return false;
    }
    unacknowledged = 0;
    isAckUrgent = false;
    ackNanos = Recovery.NEVER;
    return true;
  }

  long largest() {
    return largest;
  }

  /** The sender has our acknowledgement of everything up to this number: no need to repeat it. */
  void onAckArrived(long upTo) {
    long keepFrom = upTo - LATE_PACKETS;
    if (keepFrom > floor && arrived.size() > 1 && arrived.end(0) < keepFrom) {
      floor = keepFrom;
      arrived.dropRangesBefore(keepFrom);
    }
  }
}
