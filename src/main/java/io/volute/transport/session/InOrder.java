package io.volute.transport.session;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Hands the messages of a channel over in the order in which the sender began them. One that comes
 * before another in front of it is held back, within the credit for small messages: it is given
 * back when the message is handed over.
 *
 * <p>A message's place is its number in its channel, and the channel in the lowest bits. Large
 * messages are streams of their own, and those that do harm when they are late wait for nobody:
 * they have no number.
 */
final class InOrder {
  /** The place of all messages that wait for no other. */
  static final long ALONE = 3;

  private static final int CHANNEL_BITS = 2;
  private static final long CHANNEL_MASK = (1 << CHANNEL_BITS) - 1;
  private static final int CHANNELS = 2;

  /** Told how much was handed over. */
  interface Settling {
    void onSettled(int length);
  }

  /** Null for one that the sender has given up. */
  private record Held(byte[] bytes, int length) {}

  private final long[] next = new long[CHANNELS];
  private final Long2ObjectHashMap<Held> held = new Long2ObjectHashMap<>();
  private final Settling settling;
  private long heldBytes;

  InOrder(Settling settling) {
    this.settling = settling;
  }

  static long place(Channel channel, long number) {
    return number << CHANNEL_BITS | channel.ordinal();
  }

  /** Whether a message of this length that has not arrived yet may have this place. */
  boolean isPossible(long place, int length) {
    if (place == ALONE) {
      return true;
    }
    int channel = (int) (place & CHANNEL_MASK);
    long ahead = (place >>> CHANNEL_BITS) - (channel < CHANNELS ? next[channel] : 0);
    return channel < CHANNELS
        && !Credit.isLarge(length)
        && ahead >= 0
        && ahead < Unfinished.MAX_SPAN
        && !held.containsKey(place);
  }

  /** A message is here as a whole; its bytes are only lent. Hands over what is due. */
  void arrived(long place, byte[] bytes, int offset, int length, Incoming.Delivery delivery) {
    if (place == ALONE) {
      settling.onSettled(length);
      delivery.deliver(bytes, offset, length);
    } else if (isNext(place)) {
      settling.onSettled(length);
      delivery.deliver(bytes, offset, length);
      goOn((int) (place & CHANNEL_MASK), delivery);
    } else {
      byte[] copy = new byte[length];
      System.arraycopy(bytes, offset, copy, 0, length);
      hold(place, new Held(copy, length));
    }
  }

  /** The sender has given a message up: nobody waits for it any more. */
  void givenUp(long place, int length, Incoming.Delivery delivery) {
    if (place == ALONE) {
      settling.onSettled(length);
    } else if (isNext(place)) {
      settling.onSettled(length);
      goOn((int) (place & CHANNEL_MASK), delivery);
    } else {
      hold(place, new Held(null, length));
    }
  }

  private boolean isNext(long place) {
    return place >>> CHANNEL_BITS == next[(int) (place & CHANNEL_MASK)];
  }

  private void hold(long place, Held message) {
    held.put(place, message);
    heldBytes += message.length();
  }

  /** The next message of a channel is settled: hands over those that have waited for it. */
  private void goOn(int channel, Incoming.Delivery delivery) {
    next[channel]++;
    Held message = held.remove(next[channel] << CHANNEL_BITS | channel);
    while (message != null) {
      next[channel]++;
      heldBytes -= message.length();
      settling.onSettled(message.length());
      if (message.bytes() != null) {
        delivery.deliver(message.bytes(), 0, message.length());
      }
      message = held.remove(next[channel] << CHANNEL_BITS | channel);
    }
  }

  long heldBytes() {
    return heldBytes;
  }

  void clear() {
    held.clear();
    heldBytes = 0;
  }
}
