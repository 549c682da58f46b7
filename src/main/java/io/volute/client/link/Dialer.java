package io.volute.client.link;

import io.volute.client.link.ExchangeException.Kind;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Opens non-blocking channels to a target, within a bounded time. */
final class Dialer {
  /** How long to leave a unix listener alone whose queue is full. */
  private static final long FULL_QUEUE_PAUSE_MILLIS = 20;

  /** EAGAIN, as the platform words it; where it words it otherwise there is no second try. */
  private static final String QUEUE_IS_FULL = "Resource temporarily unavailable";

  private Dialer() {}

  /** Connects to the first address that answers. */
  static SocketChannel dial(Target target, long withinNanos) throws ExchangeException {
    long deadline = System.nanoTime() + withinNanos;
    String reason = "no address";
    try {
      for (SocketAddress address : target.resolve()) {
        try {
          return target.isUnix() ? dialUnix(address, deadline) : dialTcp(address, deadline);
        } catch (IOException e) {
          reason = reasonOf(e);
        }
      }
    } catch (UnknownHostException e) {
      reason = "unknown host";
    } catch (IOException e) {
      reason = reasonOf(e);
    }
    throw new ExchangeException(Kind.UNREACHABLE, "cannot reach " + target + ": " + reason);
  }

  private static String reasonOf(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static SocketChannel dialTcp(SocketAddress address, long deadline) throws IOException {
    SocketChannel channel = SocketChannel.open();
    boolean isOpen = false;
    try (Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      boolean connected = channel.connect(address);
      while (!connected) {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0 || Thread.currentThread().isInterrupted()) {
          throw new IOException("no connection in time");
        }
        selector.select(millis);
        connected = channel.finishConnect();
      }
      key.cancel();
      selector.selectNow(); // The key is only gone after this.
      isOpen = true;
      return channel;
    } finally {
      if (!isOpen) {
        channel.close();
      }
    }
  }

  /**
   * A unix connect is done at once or not at all: while the listener's queue is full there is
   * nothing to wait for on the channel, so it is tried again.
   */
  private static SocketChannel dialUnix(SocketAddress address, long deadline) throws IOException {
    while (true) {
      try {
        return dialUnixOnce(address);
      } catch (SocketException e) {
        boolean isQueueFull = String.valueOf(e.getMessage()).startsWith(QUEUE_IS_FULL);
        if (!isQueueFull || deadline - System.nanoTime() <= 0) {
          throw e;
        }
      }
      try {
        Thread.sleep(FULL_QUEUE_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private static SocketChannel dialUnixOnce(SocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    boolean isConnected = false;
    try {
      channel.configureBlocking(false);
      isConnected = channel.connect(address);
      if (!isConnected) {
        throw new SocketException(QUEUE_IS_FULL);
      }
      return channel;
    } finally {
      if (!isConnected) {
        channel.close();
      }
    }
  }
}
