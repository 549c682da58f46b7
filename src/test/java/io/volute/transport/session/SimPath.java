package io.volute.transport.session;

import io.volute.testing.Generator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A network of datagrams in virtual time, with all that may happen to one of them. */
class SimPath {
  /** What happens to datagrams, in percent of them where it says so. */
  static final class Weather {
    int lossPercent;
    int repeatPercent;
    int damagePercent;
    long delayNanos = TimeUnit.MICROSECONDS.toNanos(200);
    long jitterNanos;
    int mtuBytes = PacketLayout.MAX_BYTES;

    /** Bytes a second through each pair of nodes, or through all when shared; 0 for no limit. */
    long bytesPerSecond;

    long queueBytes = 256 << 10;
    boolean isShared;
    boolean isDown;
  }

  private record Event(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
  private final Map<SocketAddress, SimPeer> sockets = new HashMap<>();
  private final Map<SocketAddress, Consumer<byte[]>> listeners = new HashMap<>();
  private final Map<SocketAddress, Long> sentTo = new HashMap<>();
  private final Map<String, Long> lineFreeNanos = new HashMap<>();
  final Weather weather = new Weather();
  final Generator random;
  private final List<byte[]> captured = new ArrayList<>();
  boolean isCapturing;
  private long nowNanos = 1;
  private long orders;
  long sentBytes;

  SimPath(Generator random) {
    this.random = random;
  }

  static InetSocketAddress addressOf(int host) {
    try {
      InetAddress address = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host});
      return new InetSocketAddress(address, 1593);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  long nowNanos() {
    return nowNanos;
  }

  /** Datagrams that somebody has listened to. */
  List<byte[]> captured() {
    return captured;
  }

  /** How long what is sent now waits in the queue of a shared path. */
  long queueNanos() {
    return Math.max(0, lineFreeNanos.getOrDefault("all", 0L) - nowNanos());
  }

  /** Bytes that were sent to an address, whether they arrived or not. */
  long sentTo(SocketAddress address) {
    return sentTo.getOrDefault(address, 0L);
  }

  void unplug(SocketAddress address) {
    sockets.remove(address);
  }

  void plug(SocketAddress address, SimPeer peer) {
    sockets.put(address, peer);
  }

  void at(long atNanos, Runnable action) {
    events.add(new Event(Math.max(nowNanos(), atNanos), orders++, action));
  }

  /** Runs until nothing happens any more or until this time. */
  void run(long untilNanos) {
    while (!events.isEmpty() && events.peek().atNanos() <= untilNanos) {
      nowNanos = events.peek().atNanos();
      runNext();
    }
    nowNanos = Math.max(nowNanos, untilNanos);
  }

  /** Does what is due by now. */
  final void runDue() {
    while (!events.isEmpty() && events.peek().atNanos() <= nowNanos()) {
      runNext();
    }
  }

  private void runNext() {
    events.poll().action().run();
  }

  void runFor(long duration, TimeUnit unit) {
    run(nowNanos() + unit.toNanos(duration));
  }

  void send(SocketAddress from, SocketAddress to, ByteBuffer datagram) {
    sentBytes += datagram.limit();
    sentTo.merge(to, (long) datagram.limit(), Long::sum);
    byte[] bytes = new byte[datagram.limit()];
    datagram.get(0, bytes);
    if (isCapturing) {
      captured.add(bytes);
    }
    if (weather.isDown || bytes.length > weather.mtuBytes || random.chance(weather.lossPercent)) {
      return;
    }
    long leavesNanos = nowNanos();
    if (weather.bytesPerSecond > 0) {
      String line = weather.isShared ? "all" : from + " " + to;
      long freeNanos = Math.max(nowNanos(), lineFreeNanos.getOrDefault(line, 0L));
      double nanosPerByte = 1e9 / weather.bytesPerSecond;
      if ((freeNanos - nowNanos()) / nanosPerByte > weather.queueBytes) {
        return;
      }
      leavesNanos = freeNanos + (long) (bytes.length * nanosPerByte);
      lineFreeNanos.put(line, leavesNanos);
    }
    int copies = random.chance(weather.repeatPercent) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      deliverLater(from, to, bytes.clone(), leavesNanos);
    }
  }

  private void deliverLater(SocketAddress from, SocketAddress to, byte[] bytes, long leavesNanos) {
    if (random.chance(weather.damagePercent)) {
      bytes[random.below(bytes.length)] ^= (byte) (1 << random.below(8));
    }
    long jitter = weather.jitterNanos == 0 ? 0 : random.between(0, weather.jitterNanos);
    at(leavesNanos + weather.delayNanos + jitter, () -> carry(from, to, bytes));
  }

  /** Brings a datagram that the weather has spared to where it goes. */
  void carry(SocketAddress from, SocketAddress to, byte[] bytes) {
    deliver(from, to, bytes);
  }

  /** What arrives at this address is no node's. */
  void listen(SocketAddress address, Consumer<byte[]> listener) {
    listeners.put(address, listener);
  }

  /** Puts a datagram into a node's socket, as anybody may. */
  void deliver(SocketAddress from, SocketAddress to, byte[] bytes) {
    Consumer<byte[]> listener = listeners.get(to);
    if (listener != null) {
      listener.accept(bytes);
      return;
    }
    SimPeer peer = sockets.get(to);
    if (peer != null) {
      peer.onDatagram(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), from);
    }
  }
}
