package io.volute.jmh.lanes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Peers that have said nothing yet over TCP: a hub, and a connection from each peer to it. Each of
 * them waits in a selector of its own. Without buffers, which a server may choose; what the system
 * keeps of a connection is not on the heap either.
 */
final class IdleTcp implements AutoCloseable {
  private final List<Selector> selectors = new ArrayList<>();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closing;

  IdleTcp(int peers) throws IOException {
    Selector hub = openSelector();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      for (int i = 0; i < peers; i++) {
        add(SocketChannel.open(server.getLocalAddress()), openSelector());
        add(server.accept(), hub);
      }
    }
  }

  private Selector openSelector() throws IOException {
    Selector selector = Selector.open();
    selectors.add(selector);
    return selector;
  }

  private void add(SocketChannel channel, Selector selector) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    channels.add(channel);
  }

  /** Ends of connections, two of each. */
  int ends() {
    return channels.size();
  }

  /** Has each end wait as our own transport does. */
  void rest(long longestMillis) {
    for (Selector selector : selectors) {
      Thread thread = new Thread(() -> rest(selector, longestMillis), "tcp end");
      threads.add(thread);
      thread.start();
    }
  }

  private void rest(Selector selector, long longestMillis) {
    try {
      while (!closing) {
        selector.select(key -> {}, longestMillis);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws Exception {
    closing = true;
    selectors.forEach(Selector::wakeup);
    for (Thread thread : threads) {
      thread.join();
    }
    for (SocketChannel channel : channels) {
      channel.close();
    }
    for (Selector selector : selectors) {
      selector.close();
    }
  }
}
