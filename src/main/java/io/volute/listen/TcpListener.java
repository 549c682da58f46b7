package io.volute.listen;

import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * Accepts clients over TCP, on every address of a host name: {@code localhost} is often both
 * 127.0.0.1 and ::1, and clients differ in which one they try first.
 */
public final class TcpListener implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TcpListener.class.getName());

  private final List<AcceptingChannel<StreamConnection>> acceptors;

  private TcpListener(List<AcceptingChannel<StreamConnection>> acceptors) {
    this.acceptors = List.copyOf(acceptors);
  }

  /**
   * Binds and starts to serve.
   *
   * @param options of the acceptors and of each connection
   * @param protocol takes each connection, on its I/O thread
   */
  public static TcpListener open(
      XnioWorker worker,
      ListenAddress.Tcp address,
      OptionMap options,
      ChannelListener<? super StreamConnection> protocol)
      throws ListenException {
    List<AcceptingChannel<StreamConnection>> acceptors = new ArrayList<>();
    int port = address.address().port();
    IOException unavailable = null;
    for (InetAddress host : resolve(address)) {
      try {
        AcceptingChannel<StreamConnection> acceptor =
            worker.createStreamConnectionServer(
                new InetSocketAddress(host, port), listener -> accept(listener, protocol), options);
        acceptors.add(acceptor);
      } catch (IOException e) {
        if (!isUnavailable(e)) {
          acceptors.forEach(IoUtils::safeClose);
          throw new ListenException(address.toString(), reason(e), e);
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
    acceptors.forEach(AcceptingChannel::resumeAccepts);
    return new TcpListener(acceptors);
  }

  /** Takes no more clients; connections stay. */
  @Override
  public void close() {
    acceptors.forEach(IoUtils::safeClose);
  }

  private static void accept(
      AcceptingChannel<StreamConnection> acceptor,
      ChannelListener<? super StreamConnection> protocol) {
    try {
      StreamConnection connection;
      while ((connection = acceptor.accept()) != null) {
        ChannelListeners.invokeChannelListener(connection, protocol);
      }
    } catch (ClosedChannelException e) {
      // Stopped meanwhile.
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "accepting a client failed", e);
    }
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
