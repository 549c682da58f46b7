package io.volute.listen;

import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/**
 * Accepts clients over TCP, on every address of a host name: {@code localhost} is often both
 * 127.0.0.1 and ::1, and clients differ in which one they try first.
 */
public final class TcpListener implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TcpListener.class.getName());

  private final List<Acceptor> acceptors;

  private TcpListener(List<Acceptor> acceptors) {
    this.acceptors = List.copyOf(acceptors);
  }

  /**
   * Binds and starts to serve.
   *
   * @param threads accept and serve the clients
   * @param options READ_TIMEOUT, WRITE_TIMEOUT and KEEP_ALIVE of each connection
   * @param maxConnections of each address of the host; beyond it, clients wait in the backlog
   * @param protocol takes each connection, on its I/O thread
   */
  public static TcpListener open(
      IoThreads threads,
      ListenAddress.Tcp address,
      OptionMap options,
      int maxConnections,
      ChannelListener<? super StreamConnection> protocol)
      throws ListenException {
    List<Acceptor> acceptors = new ArrayList<>();
    int port = address.address().port();
    IOException unavailable = null;
    try {
      for (InetAddress host : resolve(address)) {
        try {
          ServerSocketChannel channel = bind(new InetSocketAddress(host, port));
          acceptors.add(
              new Acceptor(
                  address.toString(),
                  channel,
                  threads.next(),
                  threads::next,
                  options,
                  maxConnections,
                  protocol));
        } catch (IOException e) {
          if (!isUnavailable(e)) {
            throw e;
          }
          // Such as ::1 where the machine has no IPv6: fine as long as another address works.
          LOG.log(System.Logger.Level.DEBUG, "{0} has no {1}: {2}", address, host, e);
          unavailable = e;
        }
      }
      if (acceptors.isEmpty()) {
        throw new ListenException(
            address.toString(), "this machine has no such address", unavailable);
      }
      for (Acceptor acceptor : acceptors) {
        acceptor.start();
      }
      return new TcpListener(acceptors);
    } catch (IOException e) {
      acceptors.forEach(Acceptor::stop);
      throw e instanceof ListenException known
          ? known
          : new ListenException(address.toString(), reason(e), e);
    }
  }

  private static ServerSocketChannel bind(InetSocketAddress address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      // By its socket, which says what is wrong by an exception of I/O in any case.
      channel.socket().bind(address, Acceptor.BACKLOG);
      return channel;
    } catch (IOException e) {
      IoUtils.safeClose(channel);
      throw e;
    }
  }

  /** How many clients are connected. */
  int connections() {
    return acceptors.stream().mapToInt(Acceptor::connections).sum();
  }

  /** Takes no more clients; connections stay. */
  @Override
  public void close() {
    acceptors.forEach(Acceptor::stop);
  }

  private static Set<InetAddress> resolve(ListenAddress.Tcp address) throws ListenException {
    try {
      return new LinkedHashSet<>(List.of(InetAddress.getAllByName(address.address().host())));
    } catch (UnknownHostException e) {
      throw new ListenException(
          address.toString(), "the host name '" + address.address().host() + "' is not known", e);
    }
  }

  private static boolean isUnavailable(IOException e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof SocketException
        && (message.contains("Cannot assign requested address")
            || message.contains("not supported by protocol")
            || message.contains("Protocol family unavailable"));
  }

  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof BindException && message.contains("in use")) {
      return "the port is in use";
    }
    if (message.contains("Permission denied")) {
      return "permission denied; ports below 1024 are the system's";
    }
    return message;
  }
}
