package io.volute.transport.session;

import io.volute.transport.TransportCounter;
import io.volute.transport.TransportCounters;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The sending half of a session's messages: begins those that the credit covers, cuts them into
 * what a datagram has room for, and repeats the parts that were lost. Parts are repeated, not
 * datagrams: a part that was lost as one may travel in several, with other things.
 */
final class Outgoing {
  /** Messages up to this size are never cut. */
  private static final int WHOLE_BYTES = 900;

  private static final int MIN_PART_BYTES = 64;

  /** Large messages get one of so many datagrams, also while small ones keep coming. */
  private static final int LARGE_TURN = 8;

  /** The place of a part that says: forget this message. */
  private static final int FORGOTTEN = -1;

  /** A part that has to be sent again. */
  private record Lost(OutMessage message, long id, int start, int end) {}

  private final Outbox outbox;
  private final TransportCounters counters;
  private final ArrayDeque<Lost> lostSmall = new ArrayDeque<>();
  private final ArrayDeque<Lost> lostLarge = new ArrayDeque<>();
  private final ArrayDeque<OutMessage> active = new ArrayDeque<>();

  /** Those that were begun and must not be late, by the order in which their time is over. */
  private final ArrayDeque<Lost> perishableSmall = new ArrayDeque<>();

  private final ArrayDeque<Lost> perishableLarge = new ArrayDeque<>();

  /** Messages that were begun so far, of each channel that keeps their order. */
  private final long[] begun = new long[Channel.values().length];

  private final Unfinished unfinished = new Unfinished();
  private long smallBegun;
  private long smallLimit = Credit.SMALL_WINDOW_BYTES;
  private long largeBegun;
  private long largeFinished;
  private long largeLimit;
  private long largeAsked;
  private boolean wantDirty;
  private int datagrams;

  Outgoing(Outbox outbox, TransportCounters counters) {
    this.outbox = outbox;
    this.counters = counters;
  }

  /** The receiver takes more. */
  void onCredit(long small, long large) {
    smallLimit = Math.max(smallLimit, small);
    largeLimit = Math.max(largeLimit, large);
    beginLarge();
  }

  /** Begins the large messages that the credit covers, and finds out how much more is wanted. */
  void beginLarge() {
    ArrayDeque<OutMessage> waiting = outbox.waiting(Channel.LARGE);
    while (outbox.next(Channel.LARGE) != null
        && largeBegun + waiting.peek().length() <= largeLimit
        && unfinished.hasRoom()) {
      OutMessage message = waiting.poll();
      largeBegun += message.length();
      begin(message);
      active.add(message);
    }
    wantDirty |= !waiting.isEmpty() && wanted() > largeAsked;
  }

  /** What the receiver could be asked for, as far as its window goes by all that is known here. */
  private long wanted() {
    long roomBytes = Credit.LARGE_WINDOW_BYTES - (largeBegun - largeFinished);
    return largeBegun + outbox.waitingLargeBytes(roomBytes);
  }

  private void begin(OutMessage message) {
    unfinished.begin(message);
    message.setPlace(placeOf(message));
    if (message.isPerishable()) {
      boolean large = message.channel() == Channel.LARGE;
      (large ? perishableLarge : perishableSmall)
          .add(new Lost(message, message.id(), 0, message.length()));
    }
  }

  private long placeOf(OutMessage message) {
    Channel channel = message.channel();
    return message.isPerishable() || channel == Channel.LARGE
        ? InOrder.ALONE
        : InOrder.place(channel, begun[channel.ordinal()]++);
  }

  /** A turn begins: gives up what must not arrive any more. */
  void onTurn(long nowNanos) {
    forgetThoseThatAreOver(perishableSmall, nowNanos);
    forgetThoseThatAreOver(perishableLarge, nowNanos);
    beginLarge();
  }

  private void forgetThoseThatAreOver(ArrayDeque<Lost> perishable, long nowNanos) {
    while (!perishable.isEmpty()) {
      Lost first = perishable.peek();
      boolean isCurrent = first.message().id() == first.id();
      if (isCurrent && !first.message().isOver(nowNanos)) {
        break;
      }
      perishable.poll();
      if (isCurrent && unfinished.holds(first.message())) {
        forget(first.message());
      }
    }
  }

  /** Sends no more of a message, and has the receiver forget what it got of it. */
  private void forget(OutMessage message) {
    counters.increment(TransportCounter.LOST_EXPIRED);
    active.remove(message);
    if (outbox.waiting(message.channel()).peek() == message) {
      outbox.waiting(message.channel()).poll();
    }
    message.onWritten(message.length());
    message.giveUp();
    lostSmall.add(new Lost(message, message.id(), FORGOTTEN, FORGOTTEN));
  }

  boolean isWantDirty() {
    return wantDirty;
  }

  void onWantLost() {
    largeAsked = largeLimit;
    wantDirty = true;
    beginLarge();
  }

  /** Writes how much room is needed. */
  boolean writeWant(ByteBuffer out, int limit) {
    if (limit - out.position() < 1 + 2 * Varint.MAX_BYTES) {
      return false;
    }
    wantDirty = false;
    OutMessage next = outbox.waiting(Channel.LARGE).peek();
    if (next == null) {
      return false;
    }
    long need = largeBegun + next.length();
    long want = wanted();
    if (want < need) {
      return false;
    }
    largeAsked = want;
    out.put(FrameType.WANT);
    Varint.put(out, need);
    Varint.put(out, largeAsked);
    return true;
  }

  /** Whether a datagram could carry something now. */
  boolean hasSomething() {
    return !lostSmall.isEmpty()
        || !lostLarge.isEmpty()
        || !active.isEmpty()
        || canBegin(Channel.CONTROL)
        || canBegin(Channel.SMALL);
  }

  private boolean canBegin(Channel channel) {
    OutMessage next = outbox.next(channel);
    return next != null
        && (next.id() >= 0
            || (unfinished.hasRoom()
                && smallBegun + Credit.smallCost(next.length()) <= smallLimit));
  }

  /** Fills a datagram. */
  boolean write(ByteBuffer out, int limit, SentPacket packet) {
    int before = out.position();
    datagrams++;
    boolean largeFirst = datagrams % LARGE_TURN == 0;
    if (largeFirst) {
      writeLarge(out, limit, packet);
    }
    if (writeLost(lostSmall, out, limit, packet)
        && writeWaiting(Channel.CONTROL, out, limit, packet)
        && writeWaiting(Channel.SMALL, out, limit, packet)
        && !largeFirst) {
      writeLarge(out, limit, packet);
    }
    return out.position() > before;
  }

  private void writeLarge(ByteBuffer out, int limit, SentPacket packet) {
    if (!writeLost(lostLarge, out, limit, packet)) {
      return;
    }
    for (int turns = active.size(); turns > 0; turns--) {
      OutMessage message = active.poll();
      writePart(message, message.written(), message.length(), out, limit, packet);
      if (!message.isWritten()) {
        active.add(message);
        return;
      }
    }
  }

  /** Returns whether there is room for more. */
  private boolean writeWaiting(Channel channel, ByteBuffer out, int limit, SentPacket packet) {
    ArrayDeque<OutMessage> queue = outbox.waiting(channel);
    while (canBegin(channel)) {
      OutMessage message = queue.peek();
      if (message.id() < 0) {
        if (!fits(message, out, limit)) {
          return false;
        }
        smallBegun += Credit.smallCost(message.length());
        begin(message);
      }
      writePart(message, message.written(), message.length(), out, limit, packet);
      if (!message.isWritten()) {
        return false;
      }
      queue.poll();
    }
    return true;
  }

  private static boolean fits(OutMessage message, ByteBuffer out, int limit) {
    int room = limit - out.position() - Incoming.MAX_PART_HEAD_BYTES;
    return room >= Math.min(message.length(), WHOLE_BYTES);
  }

  /** Returns whether there is room for more. */
  private boolean writeLost(ArrayDeque<Lost> queue, ByteBuffer out, int limit, SentPacket packet) {
    while (!queue.isEmpty()) {
      Lost lost = queue.poll();
      if (lost.message().id() != lost.id()) {
        continue;
      }
      if (lost.message().isGivenUp()) {
        if (!writeForget(lost, out, limit, packet)) {
          queue.push(lost);
          return false;
        }
        continue;
      }
      int start = lost.message().firstMissing(lost.start());
      int end = Math.min(lost.end(), lost.message().firstPresent(start));
      if (start >= lost.end()) {
        continue;
      }
      int written = writePart(lost.message(), start, end, out, limit, packet);
      if (start + written < lost.end()) {
        queue.push(new Lost(lost.message(), lost.id(), start + written, lost.end()));
      }
      if (start + written < end) {
        return false;
      }
      counters.increment(TransportCounter.RESENT_PARTS);
    }
    return true;
  }

  /** Returns whether there was room. */
  private static boolean writeForget(Lost lost, ByteBuffer out, int limit, SentPacket packet) {
    if (lost.start() != FORGOTTEN) {
      return true;
    }
    if (limit - out.position() < Incoming.MAX_PART_HEAD_BYTES) {
      return false;
    }
    out.put(FrameType.FORGET);
    Varint.put(out, lost.id());
    Varint.put(out, lost.message().place());
    Varint.put(out, lost.message().length());
    packet.addPart(lost.message(), FORGOTTEN, FORGOTTEN);
    return true;
  }

  /** Returns how many bytes had room. */
  private static int writePart(
      OutMessage message, int start, int end, ByteBuffer out, int limit, SentPacket packet) {
    int room = limit - out.position() - Incoming.MAX_PART_HEAD_BYTES;
    if (room < Math.min(end - start, MIN_PART_BYTES)) {
      return 0;
    }
    int length = Math.min(end - start, room);
    boolean whole = length == message.length();
    out.put(whole ? FrameType.MESSAGE : FrameType.PART);
    Varint.put(out, message.id());
    Varint.put(out, message.place());
    Varint.put(out, message.length());
    if (!whole) {
      Varint.put(out, start);
      Varint.put(out, length);
    }
    out.put(message.bytes(), start, length);
    message.onWritten(start + length);
    packet.addPart(message, start, start + length);
    return length;
  }

  /** A datagram has arrived: so have the parts in it. */
  void onAcked(SentPacket packet) {
    for (int part = 0; part < packet.parts(); part++) {
      OutMessage message = packet.message(part);
      if (packet.isCurrent(part)
          && unfinished.holds(message)
          && (packet.start(part) == FORGOTTEN
              || message.onAcked(packet.start(part), packet.end(part)))) {
        unfinished.remove(message);
        if (message.channel() == Channel.LARGE) {
          largeFinished += message.length();
        }
        outbox.release(message);
      }
    }
  }

  /** A datagram is lost, or had better be repeated: so are the parts in it. */
  void onLost(SentPacket packet) {
    for (int part = 0; part < packet.parts(); part++) {
      OutMessage message = packet.message(part);
      if (packet.isCurrent(part) && unfinished.holds(message)) {
        ArrayDeque<Lost> queue = message.channel() == Channel.LARGE ? lostLarge : lostSmall;
        queue.add(new Lost(message, message.id(), packet.start(part), packet.end(part)));
      }
    }
  }

  /** The session has ended: gives up what it has begun. */
  void giveUp() {
    while (!unfinished.isEmpty()) {
      OutMessage message = unfinished.oldest();
      unfinished.remove(message);
      // One that is still being written is at the head of its queue.
      if (outbox.waiting(message.channel()).peek() == message) {
        outbox.waiting(message.channel()).poll();
      }
      counters.increment(TransportCounter.LOST_WITH_SESSION);
      outbox.release(message);
    }
    active.clear();
    perishableSmall.clear();
    perishableLarge.clear();
    lostSmall.clear();
    lostLarge.clear();
  }

  int unfinished() {
    return unfinished.size();
  }
}
