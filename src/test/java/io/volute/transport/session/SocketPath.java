package io.volute.transport.session;

import io.volute.testing.Generator;
import io.volute.transport.socket.DatagramIo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The same network over real sockets and in real time: each address is a socket on loopback, and
 * what the weather spares goes through the system.
 */
final class SocketPath extends SimPath implements AutoCloseable {
  private static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final long originNanos = System.nanoTime() - 1;
  private final Map<SocketAddress, DatagramChannel> channels = new LinkedHashMap<>();
  private final Map<SocketAddress, DatagramIo> sockets = new LinkedHashMap<>();
  private final Map<SocketAddress, SocketAddress> names = new HashMap<>();
  private final ByteBuffer in = PacketLayout.allocate(PacketLayout.MAX_BYTES + 1);

  SocketPath(Generator random) {
    super(random);
  }

  @Override
  long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  @Override
  void plug(SocketAddress address, SimPeer peer) {
    super.plug(address, peer);
    if (!channels.containsKey(address)) {
      try {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channels.put(address, channel);
        sockets.put(address, DatagramIo.of(channel));
        names.put(channel.getLocalAddress(), address);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  void carry(SocketAddress from, SocketAddress to, byte[] bytes) {
    if (!channels.containsKey(to)) {
      return;
    }
    try {
      ByteBuffer datagram = PacketLayout.allocate(PacketLayout.MAX_BYTES);
      datagram.put(bytes).flip();
      sockets.get(from).send(datagram, channels.get(to).getLocalAddress());
      sockets.get(from).flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void run(long untilNanos) {
    while (nowNanos() < untilNanos) {
      runDue();
      if (!receive()) {
        LockSupport.parkNanos(REST_NANOS);
      }
    }
  }

  private boolean receive() {
    boolean any = false;
    for (Map.Entry<SocketAddress, DatagramIo> each : sockets.entrySet()) {
      try {
        in.clear();
        SocketAddress from = each.getValue().receive(in);
        if (from != null) {
          any = true;
          byte[] bytes = new byte[in.limit()];
          in.get(0, bytes);
          deliver(names.get(from), each.getKey(), bytes);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return any;
  }

  @Override
  public void close() throws IOException {
    for (DatagramChannel channel : channels.values()) {
      channel.close();
    }
  }
}
