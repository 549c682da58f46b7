package io.volute.transport;

import io.volute.transport.socket.DatagramIo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one UDP socket of a node, with a wait that others can end. One thread owns it and calls
 * everything but {@link #wakeup}. That thread must not be interrupted: an interrupt closes the
 * socket.
 */
final class PeerSocket implements AutoCloseable {
  /** What the system is asked for; it may give less. Bursts wait in it while a turn lasts. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  private final DatagramChannel channel;
  private final Selector selector;
  private final DatagramIo io;
  private final InetSocketAddress localAddress;
  private final TransportCounters counters;
  private final AtomicBoolean wakeRequested = new AtomicBoolean();
  private volatile boolean isWaiting;

  private PeerSocket(DatagramChannel channel, Selector selector, TransportCounters counters)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.io = DatagramIo.of(channel);
    this.localAddress = (InetSocketAddress) channel.getLocalAddress();
    this.counters = counters;
  }

  /**
   * Binds it.
   *
   * @throws IOException with one line that names the address and the reason, such as a port in use
   */
  static PeerSocket open(String bindHost, int port, TransportCounters counters) throws IOException {
    DatagramChannel channel = null;
    Selector selector = null;
    try {
      channel = DatagramChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(InetAddress.getByName(bindHost), port));
      selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      return new PeerSocket(channel, selector, counters);
    } catch (IOException | IllegalArgumentException e) {
      closeQuietly(channel);
      closeQuietly(selector);
      String problem = "UDP port " + port + " of " + bindHost + " can't be used: ";
      throw new IOException(problem + e.getMessage(), e);
    }
  }

  InetSocketAddress localAddress() {
    return localAddress;
  }

  /**
   * Sends a datagram whole, now or at the next {@link #flush}.
   *
   * @return its bytes, or 0 when the socket's buffer is full
   */
  int send(ByteBuffer datagram, SocketAddress to) throws IOException {
    return io.send(datagram, to) ? datagram.limit() : 0;
  }

  /** Sends what was kept back. */
  void flush() {
    int lost = io.flush();
    if (lost > 0) {
      counters.add(TransportCounter.LOST_SOCKET_FULL, lost);
    }
  }

  /**
   * Receives a datagram into the buffer, from 0 to its limit.
   *
   * @return who sent it; null when there is none
   */
  SocketAddress receive(ByteBuffer datagram) {
    try {
      return io.receive(datagram);
    } catch (IOException e) {
      counters.increment(TransportCounter.RECEIVE_FAILURES);
      return null;
    }
  }

  /**
   * Waits until a datagram is there, until {@link #wakeup}, or for so many milliseconds; 0 or less
   * doesn't wait. May return early.
   */
  void await(long maxMillis) {
    // Announced before the request is looked at, while wakeup does it the other way round: one of
    // the two sees the other.
    isWaiting = true;
    try {
      if (maxMillis <= 0 || wakeRequested.get() || io.holdsReceived()) {
        selector.selectNow(key -> {});
      } else {
        selector.select(key -> {}, maxMillis);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the peers' socket can't be waited for", e);
    } finally {
      isWaiting = false;
      // By an exchange, so that what a waker did before its request is seen after it.
      wakeRequested.getAndSet(false);
    }
  }

  /**
   * Ends the waiting under way; without one, the next ends at once. Any thread may call it. Costs a
   * system call only while the owner waits.
   */
  void wakeup() {
    if (!wakeRequested.getAndSet(true) && isWaiting) {
      selector.wakeup();
    }
  }

  @Override
  public void close() {
    closeQuietly(selector);
    closeQuietly(channel);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception e) {
      // A socket that can't be closed has nothing left to lose.
      return;
    }
  }
}
