package io.volute.transport.session;

import io.volute.settings.Tuning;
import io.volute.transport.TransportCounter;
import io.volute.transport.TransportCounters;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What waits for a peer, and what is under way to it: bounded in messages and bytes. Messages wait
 * here also while there is no session; once a session has begun to send one, it lives and dies with
 * it.
 */
final class Outbox {
  static final int MAX_MESSAGES = 1 << 15;
  static final long MAX_BYTES = 48L << 20;

  /** New work had better wait when the bounds are used up to this part. */
  private static final int ROOM_PARTS = 2;

  /** Control messages may use a little more than the bounds: they are what empties the queue. */
  private static final int CONTROL_MESSAGES = 1 << 10;

  /** A message that could not leave for so long is of no use: whoever asked has given up. */
  static final long EXPIRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * A message that does harm when it is late is given up after so long: the members turn to others
   * with it, and an old change that is then carried out would come back beside newer ones.
   */
  static final long PERISHABLE_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Tuning.FORWARD_PATIENCE_MILLIS / 4);

  /** Arrays up to this size are kept for other messages. */
  static final int KEPT_BYTES = 4096;

  private static final int MAX_SPARE = 1024;

  private final TransportCounters counters;
  private final ArrayDeque<OutMessage> control = new ArrayDeque<>();
  private final ArrayDeque<OutMessage> small = new ArrayDeque<>();
  private final ArrayDeque<OutMessage> large = new ArrayDeque<>();
  private final ArrayDeque<OutMessage> spare = new ArrayDeque<>();
  private final IdentityHashMap<Object, OutMessage> byTag = new IdentityHashMap<>();
  private long turnNanos;
  private int messages;
  private long bytes;

  Outbox(TransportCounters counters) {
    this.counters = counters;
  }

  boolean hasRoom() {
    return messages < MAX_MESSAGES / ROOM_PARTS && bytes < MAX_BYTES / ROOM_PARTS;
  }

  /** Whether a message with this very tag waits or is under way. */
  boolean holds(Object tag) {
    return byTag.containsKey(tag);
  }

  /** Puts a message in, or counts it as lost. */
  boolean offer(
      byte[] content, int offset, int length, Handling handling, Object tag, long nowNanos) {
    Channel channel = channelOf(length, handling);
    int mostMessages = MAX_MESSAGES + (channel == Channel.CONTROL ? CONTROL_MESSAGES : 0);
    if (messages >= mostMessages || (channel != Channel.CONTROL && bytes + length > MAX_BYTES)) {
      counters.increment(TransportCounter.LOST_QUEUE_FULL);
      return false;
    }
    OutMessage message = spare.poll();
    if (message == null) {
      message = new OutMessage();
    }
    byte[] copy = message.bytes();
    if (copy.length < length) {
      copy = new byte[length <= KEPT_BYTES ? capacityFor(length) : length];
    }
    System.arraycopy(content, offset, copy, 0, length);
    boolean perishable = handling == Handling.PERISHABLE;
    long expiresNanos = nowNanos + (perishable ? PERISHABLE_NANOS : EXPIRY_NANOS);
    message.set(copy, length, channel, tag, perishable, expiresNanos);
    waiting(channel).add(message);
    byTag.put(tag, message);
    messages++;
    bytes += length;
    return true;
  }

  private static Channel channelOf(int length, Handling handling) {
    if (Credit.isLarge(length)) {
      return Channel.LARGE;
    }
    return handling == Handling.FIRST ? Channel.CONTROL : Channel.SMALL;
  }

  private static int capacityFor(int length) {
    return Math.max(64, Integer.highestOneBit(Math.max(1, length - 1)) << 1);
  }

  /** Messages of a channel that no session has begun to send, the oldest first. */
  ArrayDeque<OutMessage> waiting(Channel channel) {
    return switch (channel) {
      case CONTROL -> control;
      case SMALL -> small;
      case LARGE -> large;
    };
  }

  boolean hasWaiting() {
    return !control.isEmpty() || !small.isEmpty() || !large.isEmpty();
  }

  int messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }

  /** A turn begins: drops what has waited too long. */
  void onTurn(long nowNanos) {
    turnNanos = nowNanos;
    next(Channel.CONTROL);
    next(Channel.SMALL);
    next(Channel.LARGE);
  }

  /** The oldest message of a channel that waits and is worth sending; null for none. */
  OutMessage next(Channel channel) {
    ArrayDeque<OutMessage> queue = waiting(channel);
    OutMessage first = queue.peek();
    while (first != null && first.id() < 0 && first.isOver(turnNanos)) {
      counters.increment(TransportCounter.LOST_EXPIRED);
      queue.poll();
      release(first);
      first = queue.peek();
    }
    return first;
  }

  /** A message has arrived or is given up. */
  void release(OutMessage message) {
    messages--;
    bytes -= message.length();
    byTag.remove(message.tag(), message);
    message.drop();
    if (spare.size() < MAX_SPARE) {
      spare.push(message);
    }
  }

  /** Nobody will send what waits: counts it as lost. */
  void giveUp() {
    int waiting = control.size() + small.size() + large.size();
    counters.add(TransportCounter.LOST_WITH_MEMBER, waiting);
    for (Channel channel : Channel.values()) {
      for (OutMessage each = waiting(channel).poll();
          each != null;
          each = waiting(channel).poll()) {
        release(each);
      }
    }
  }

  /** Bytes of the large messages that wait, the first ones, up to a sum. */
  long waitingLargeBytes(long most) {
    long sum = 0;
    for (OutMessage message : large) {
      if (sum + message.length() > most) {
        break;
      }
      sum += message.length();
    }
    return sum;
  }

  @Override
  public String toString() {
    return messages
        + " messages, "
        + bytes
        + " bytes, waiting "
        + Arrays.asList(control.size(), small.size(), large.size());
  }
}
