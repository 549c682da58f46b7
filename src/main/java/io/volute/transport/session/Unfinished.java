package io.volute.transport.session;

import java.util.Arrays;

/** The messages that a session has begun and that have not fully arrived, by id. */
final class Unfinished {
  /** They span no more ids than this, which bounds what the receiver has to remember. */
  static final int MAX_SPAN = 1 << 15;

  private static final int FIRST_SPAN = 64;

  private OutMessage[] ring = new OutMessage[FIRST_SPAN];
  private long lowest;
  private long next;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  boolean hasRoom() {
    return next - lowest < MAX_SPAN;
  }

  /** Gives a message its id. */
  void begin(OutMessage message) {
    if (next - lowest == ring.length) {
      OutMessage[] larger = Arrays.copyOf(ring, 2 * ring.length);
      Arrays.fill(larger, null);
      for (long id = lowest; id < next; id++) {
        larger[(int) id & (larger.length - 1)] = ring[indexOf(id)];
      }
      ring = larger;
    }
    message.start(next);
    ring[indexOf(next)] = message;
    next++;
    size++;
  }

  boolean holds(OutMessage message) {
    long id = message.id();
    return id >= lowest && id < next && ring[indexOf(id)] == message;
  }

  OutMessage oldest() {
    return ring[indexOf(lowest)];
  }

  void remove(OutMessage message) {
    ring[indexOf(message.id())] = null;
    size--;
    while (lowest < next && ring[indexOf(lowest)] == null) {
      lowest++;
    }
  }

  private int indexOf(long id) {
    return (int) id & (ring.length - 1);
  }
}
