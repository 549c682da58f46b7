package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.NodeId;
import io.volute.transport.TransportCounter;
import io.volute.transport.TransportCounters;
import io.volute.transport.seal.Guard;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A process that sends numbered messages and checks those that it gets: each whole, unchanged, at
 * most once, in order in its channel, and nothing of a former life of its sender after something of
 * a later one.
 */
final class SimPeer implements Sessions.Whereabouts {
  static final long ROOM_BYTES = 32L << 20;
  static final int MIN_MESSAGE_BYTES = 16;

  /** A message's head has its length, and above it how it was to be handled. */
  private static final int HANDLING_SHIFT = 28;

  private static final int LENGTH_MASK = (1 << HANDLING_SHIFT) - 1;

  /** What a test looks at. */
  record Arrival(long life, int number, int length, long atNanos) {}

  final NodeId node;
  InetSocketAddress address;
  final long life;
  final TransportCounters counters = new TransportCounters();
  final List<Arrival> arrivals = new ArrayList<>();
  private final SimPath path;
  private final Map<NodeId, InetSocketAddress> others = new HashMap<>();
  private final Map<Long, LongRanges> seen = new HashMap<>();
  private final Map<String, Integer> latest = new HashMap<>();
  private final Map<NodeId, Long> latestLife = new HashMap<>();
  private final Map<SocketAddress, Integer> mostBytes = new HashMap<>();
  private final List<Object[]> heldBack = new ArrayList<>();
  final Sessions sessions;
  private long wakeNanos = Recovery.NEVER;
  private boolean isStopped;
  private boolean isDead;
  private int sent;

  /** Off where somebody makes messages up. */
  boolean checksContent = true;

  /** Who is no member any more. */
  final Set<NodeId> removed = new HashSet<>();

  /** Who has called whoever is here. */
  final List<NodeId> callers = new ArrayList<>();

  SimPeer(SimPath path, int host, long life, Guard guard) {
    this.path = path;
    this.node = nodeOf(host);
    this.address = SimPath.addressOf(host);
    this.life = life;
    this.sessions =
        new Sessions(
            node,
            () -> path.random.between(1, Long.MAX_VALUE - 1),
            guard,
            other -> !other.text().equals("stranger") && !removed.contains(other),
            this,
            this::transmit,
            this::onMessage,
            (stranger, from) -> callers.add(stranger),
            counters,
            ROOM_BYTES);
    path.plug(address, this);
  }

  static NodeId nodeOf(int host) {
    return new NodeId("node" + host);
  }

  @Override
  public Optional<InetSocketAddress> find(NodeId peer) {
    return Optional.ofNullable(others.get(peer));
  }

  @Override
  public int maxDatagramBytes(SocketAddress to) {
    return mostBytes.getOrDefault(to, PacketLayout.MAX_BYTES);
  }

  /** What this machine's network takes on the way to an address. */
  void takesAtMost(int bytes, SocketAddress to) {
    mostBytes.put(to, bytes);
  }

  private boolean transmit(ByteBuffer datagram, SocketAddress to) {
    path.send(address, to, datagram);
    return true;
  }

  void meet(SimPeer other) {
    others.put(other.node, other.address);
    other.others.put(node, address);
  }

  /** Goes on from another address, which nobody is told. */
  void moveTo(int host) {
    path.unplug(address);
    address = SimPath.addressOf(host);
    path.plug(address, this);
  }

  /** Ends without a word. */
  void kill() {
    isDead = true;
  }

  /** The process stands still; its socket keeps what comes in. */
  void stop() {
    isStopped = true;
  }

  void resume() {
    isStopped = false;
    List<Object[]> late = new ArrayList<>(heldBack);
    heldBack.clear();
    for (Object[] each : late) {
      onDatagram((ByteBuffer) each[0], (SocketAddress) each[1]);
    }
    turn();
  }

  void onDatagram(ByteBuffer datagram, SocketAddress from) {
    if (isStopped && heldBack.size() < 64) {
      heldBack.add(new Object[] {datagram, from});
    }
    if (!isStopped && !isDead) {
      sessions.onDatagram(datagram, from, path.nowNanos());
      turn();
    }
  }

  /** Sends a message whose bytes follow from its number; returns whether it was taken. */
  boolean send(SimPeer to, int length, boolean isControl) {
    return send(to, length, isControl ? Handling.FIRST : Handling.USUAL);
  }

  boolean send(SimPeer to, int length, Handling handling) {
    int number = sent++;
    byte[] bytes = content(life, number, Math.max(MIN_MESSAGE_BYTES, length), handling.ordinal());
    boolean taken =
        sessions.send(to.node, bytes, 0, bytes.length, handling, new Object(), path.nowNanos());
    return taken;
  }

  private static byte[] content(long life, int number, int length, int handling) {
    byte[] bytes = new byte[length];
    ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(life).putInt(number).putInt(length | handling << HANDLING_SHIFT);
    int seed = (int) life * 31 + number;
    for (int i = MIN_MESSAGE_BYTES; i < length; i++) {
      bytes[i] = (byte) (seed + 7 * i + (i >>> 8));
    }
    return bytes;
  }

  private void onMessage(NodeId from, byte[] bytes, int offset, int length) {
    if (!checksContent) {
      return;
    }
    ByteBuffer head = ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN);
    long senderLife = head.getLong();
    int number = head.getInt();
    int coded = head.getInt();
    byte[] expected = content(senderLife, number, coded & LENGTH_MASK, coded >>> HANDLING_SHIFT);
    assertTrue(
        Arrays.equals(expected, 0, expected.length, bytes, offset, offset + length),
        "content of " + number);
    LongRanges numbers = seen.computeIfAbsent(senderLife, unused -> new LongRanges());
    assertEquals(1, numbers.add(number, number + 1), "message " + number + " came twice");
    assertOrder(senderLife, coded >>> HANDLING_SHIFT, number, length);
    long lifeBefore = latestLife.getOrDefault(from, senderLife);
    assertTrue(senderLife >= lifeBefore, "life " + senderLife + " came after " + lifeBefore);
    latestLife.put(from, senderLife);
    arrivals.add(new Arrival(senderLife, number, length, path.nowNanos()));
  }

  private void assertOrder(long senderLife, int handling, int number, int length) {
    if (handling != Handling.PERISHABLE.ordinal() && !Credit.isLarge(length)) {
      int before = latest.getOrDefault(senderLife + " " + handling, -1);
      assertTrue(number > before, "message " + number + " came after " + before);
      latest.put(senderLife + " " + handling, number);
    }
  }

  /** Sends what is due, and sees to it that it will be called when more is. */
  void turn() {
    if (isStopped || isDead) {
      return;
    }
    long nowNanos = path.nowNanos();
    sessions.flush(nowNanos);
    assertTrue(sessions.room().freeBytes() <= sessions.room().totalBytes());
    assertTrue(sessions.room().freeBytes() >= 0, "more room given than there is");
    long next = sessions.nextNanos();
    assertTrue(next > nowNanos, "would spin");
    if (next != Recovery.NEVER && next != wakeNanos) {
      wakeNanos = next;
      path.at(
          next,
          () -> {
            if (wakeNanos == next) {
              wakeNanos = Recovery.NEVER;
              turn();
            }
          });
    }
  }

  int sent() {
    return sent;
  }

  long count(TransportCounter counter) {
    return counters.get(counter);
  }

  /** All counters that are not 0, to explain a failure. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(node.text());
    for (TransportCounter counter : TransportCounter.values()) {
      if (count(counter) > 0) {
        text.append(' ').append(counter).append('=').append(count(counter));
      }
    }
    return text.toString();
  }

  /** Messages that this process has given up, by its own count. */
  long lost() {
    return count(TransportCounter.LOST_EXPIRED)
        + count(TransportCounter.LOST_QUEUE_FULL)
        + count(TransportCounter.LOST_WITH_SESSION);
  }
}
