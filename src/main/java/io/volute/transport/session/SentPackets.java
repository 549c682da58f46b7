package io.volute.transport.session;

import java.util.ArrayDeque;

/** The datagrams under way, by number, in a ring that grows up to a bound. */
final class SentPackets {
  /** Numbers from the oldest datagram under way to the next, at most. */
  static final int MAX_SPAN = 1 << 16;

  private static final int FIRST_SPAN = 1 << 6;
  private static final int MAX_SPARE = 1 << 10;

  private final ArrayDeque<SentPacket> spare = new ArrayDeque<>();
  private SentPacket[] ring = new SentPacket[FIRST_SPAN];
  private long lowest;
  private long next;
  private int size;
  private long bytes;

  /** The number of the next datagram. */
  long next() {
    return next;
  }

  /** No datagram below this number is under way. */
  long lowest() {
    return lowest;
  }

  int size() {
    return size;
  }

  /** Bytes under way. */
  long bytes() {
    return bytes;
  }

  boolean hasRoom() {
    return next - lowest < MAX_SPAN;
  }

  SentPacket take() {
    SentPacket packet = spare.poll();
    if (packet == null) {
      packet = new SentPacket();
    }
    packet.clear();
    return packet;
  }

  /** For a datagram whose fate nobody will ask for. */
  void giveBack(SentPacket packet) {
    if (spare.size() < MAX_SPARE) {
      packet.clear();
      spare.push(packet);
    }
  }

  /** Uses a number up for a datagram that is not waited for. */
  void skip() {
    if (size == 0) {
      lowest = next + 1;
    } else {
      ensureRoom();
    }
    next++;
  }

  /** Puts the next datagram under way. */
  void add(SentPacket packet) {
    ensureRoom();
    packet.number = next;
    ring[indexOf(next)] = packet;
    next++;
    size++;
    bytes += packet.bytes;
  }

  /** The datagram of this number where it is under way, else null. */
  SentPacket find(long number) {
    return number < lowest || number >= next ? null : ring[indexOf(number)];
  }

  /** Takes a datagram off; {@link #giveBack} it when its parts are dealt with. */
  void remove(SentPacket packet) {
    ring[indexOf(packet.number)] = null;
    size--;
    bytes -= packet.bytes;
    while (lowest < next && ring[indexOf(lowest)] == null) {
      lowest++;
    }
  }

  private void ensureRoom() {
    if (next - lowest < ring.length) {
      return;
    }
    SentPacket[] larger = new SentPacket[2 * ring.length];
    for (long number = lowest; number < next; number++) {
      larger[(int) number & (larger.length - 1)] = ring[indexOf(number)];
    }
    ring = larger;
  }

  private int indexOf(long number) {
    return (int) number & (ring.length - 1);
  }
}
