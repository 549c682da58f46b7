package io.volute.listen;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.xnio.ChannelListener;
import org.xnio.Option;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * A client's connection, over TCP or a unix domain socket, as HTTP and other protocols of XNIO
 * expect one.
 *
 * <p>One over a unix socket reports the loopback address with the host name {@code unix} and port
 * 0, since handlers take for granted that a connection has internet addresses.
 */
final class SocketConnection extends StreamConnection {
  private static final Set<Option<?>> OPTIONS =
      Option.setBuilder().add(Options.READ_TIMEOUT).add(Options.WRITE_TIMEOUT).create();
  private static final InetSocketAddress UNIX_ADDRESS = new InetSocketAddress(loopback(), 0);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Runnable onClosed;
  private final SocketAddress peerAddress;
  private final SocketAddress localAddress;
  private volatile int readTimeoutMillis;
  private volatile int writeTimeoutMillis;

  private SocketConnection(
      IoThread thread, SocketChannel channel, OptionMap options, Runnable onClosed)
      throws IOException {
    super(thread);
    this.channel = channel;
    this.onClosed = onClosed;
    boolean unix = channel.getLocalAddress() instanceof UnixDomainSocketAddress;
    peerAddress = unix ? UNIX_ADDRESS : channel.getRemoteAddress();
    localAddress = unix ? UNIX_ADDRESS : channel.getLocalAddress();
    if (!unix) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, options.get(Options.KEEP_ALIVE, false));
    }
    readTimeoutMillis = options.get(Options.READ_TIMEOUT, 0);
    writeTimeoutMillis = options.get(Options.WRITE_TIMEOUT, 0);
    SocketConduit conduit = new SocketConduit(thread, this, channel);
    key = thread.register(channel, 0, conduit);
    conduit.registered(key);
    setSourceConduit(conduit);
    setSinkConduit(conduit);
  }

  /** Wraps an accepted channel and hands it to the protocol; to be called on the I/O thread. */
  static void open(
      IoThread thread,
      SocketChannel channel,
      OptionMap options,
      ChannelListener<? super StreamConnection> protocol,
      Runnable onClosed)
      throws IOException {
    channel.configureBlocking(false);
    SocketConnection connection = new SocketConnection(thread, channel, options, onClosed);
    // Not through ChannelListeners: a protocol that fails here must not leave the socket open.
    try {
      protocol.handleEvent(connection);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  boolean markReadClosed() {
    return readClosed();
  }

  boolean markWriteClosed() {
    return writeClosed();
  }

  @Override
  protected void closeAction() throws IOException {
    try {
      key.cancel();
      channel.close();
      // The descriptor is only given back when the selector has let go of the cancelled key.
      ((IoThread) thread).wakeUp();
    } finally {
      onClosed.run();
    }
  }

  @Override
  public SocketAddress getPeerAddress() {
    return peerAddress;
  }

  @Override
  public SocketAddress getLocalAddress() {
    return localAddress;
  }

  @Override
  public boolean supportsOption(Option<?> option) {
    return OPTIONS.contains(option);
  }

  @Override
  public <T> T getOption(Option<T> option) {
    if (option == Options.READ_TIMEOUT) {
      return option.cast(readTimeoutMillis);
    }
    if (option == Options.WRITE_TIMEOUT) {
      return option.cast(writeTimeoutMillis);
    }
    return null;
  }

  @Override
  public <T> T setOption(Option<T> option, T value) {
    T previous = getOption(option);
    if (option == Options.READ_TIMEOUT) {
      readTimeoutMillis = Options.READ_TIMEOUT.cast(value, 0);
    } else if (option == Options.WRITE_TIMEOUT) {
      writeTimeoutMillis = Options.WRITE_TIMEOUT.cast(value, 0);
    }
    return previous;
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("unix", new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
