package io.volute.transport;

import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.port.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * The peers' socket: plain datagrams, as they are. What is lost stays lost; the protocols above
 * repeat or repair.
 *
 * <p>One thread owns it and calls everything but {@link #wakeup} and {@link #counters}. In each
 * turn it polls, hands messages to {@link #send}, and flushes when the turn's writes are in the
 * store; with nothing to do it waits in {@link #await}. That thread must not be interrupted: an
 * interrupt closes the socket.
 */
public final class DatagramTransport implements Wire, AutoCloseable {
  /** What the system is asked for; it may give less. Bursts wait in it while a turn lasts. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  private final DatagramChannel channel;
  private final Selector selector;
  private final InetSocketAddress localAddress;
  private final ExecutorService resolver = AddressBook.newResolver();
  private final TransportCounters counters;
  private final Sender sender;
  private final Receiver receiver;
  private final ByteBuffer incoming = Datagram.allocate(Datagram.MAX_BYTES + 1);
  private final AtomicBoolean wakeRequested = new AtomicBoolean();
  private volatile boolean isWaiting;

  private DatagramTransport(
      DatagramChannel channel,
      Selector selector,
      NodeId self,
      long session,
      Predicate<NodeId> isMember)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.localAddress = (InetSocketAddress) channel.getLocalAddress();
    this.counters = new TransportCounters();
    AddressBook addresses =
        new AddressBook(InetAddress::getByName, resolver, System::nanoTime, counters);
    this.sender = new Sender(self, session, channel::send, addresses, counters);
    this.receiver = new Receiver(self, session, isMember, counters);
  }

  /**
   * Binds the socket.
   *
   * @param bindHost a name or a literal address, IPv6 without brackets; a name is looked up here
   * @param port 0 for any that is free
   * @param self this node
   * @param session a random number, new with each start of the process
   * @param isMember whose datagrams are accepted; asked for each one, by the owner's thread
   * @throws IOException with one line that names the address and the reason, such as a port in use
   */
  public static DatagramTransport open(
      String bindHost, int port, NodeId self, long session, Predicate<NodeId> isMember)
      throws IOException {
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
      return new DatagramTransport(channel, selector, self, session, isMember);
    } catch (IOException | IllegalArgumentException e) {
      closeQuietly(channel);
      closeQuietly(selector);
      String problem = "UDP port " + port + " of " + bindHost + " can't be used: ";
      throw new IOException(problem + e.getMessage(), e);
    }
  }

  /** Where it is bound, with the actual port. */
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  public TransportCounters counters() {
    return counters;
  }

  /** Keeps the message until {@link #flush}. */
  @Override
  public void send(Endpoint to, Message message) {
    sender.send(to, message);
  }

  /** Sends all messages since the last flush. Never waits; what the socket can't take is lost. */
  public void flush() {
    sender.flush();
  }

  /**
   * Receives what is there, without waiting.
   *
   * @param limit at most this many datagrams
   * @return how many were received, dropped ones included
   */
  public int poll(MessageHandler handler, int limit) {
    int received = 0;
    while (received < limit && receive()) {
      received++;
      receiver.receive(incoming, handler);
    }
    return received;
  }

  private boolean receive() {
    incoming.clear();
    try {
      if (channel.receive(incoming) == null) {
        return false;
      }
    } catch (IOException e) {
      counters.increment(TransportCounter.RECEIVE_FAILURES);
      return false;
    }
    incoming.flip();
    return true;
  }

  /**
   * Waits until a datagram is there, until {@link #wakeup}, or for so many milliseconds; 0 or less
   * doesn't wait. May return early.
   */
  public void await(long maxMillis) {
    // Announced before the request is looked at, while wakeup does it the other way round: one of
    // the two sees the other.
    isWaiting = true;
    try {
      if (maxMillis <= 0 || wakeRequested.get()) {
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
  public void wakeup() {
    if (!wakeRequested.getAndSet(true) && isWaiting) {
      selector.wakeup();
    }
  }

  @Override
  public void close() {
    resolver.shutdownNow();
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
