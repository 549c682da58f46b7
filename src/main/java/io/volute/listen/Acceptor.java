package io.volute.listen;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/**
 * Accepts clients on one server socket as long as there is room for them, and hands each to a
 * protocol on the I/O thread that is to serve it.
 */
final class Acceptor implements IoThread.ReadyHandler {
  private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());

  /** Clients that have connected and are not taken in yet, at most. */
  static final int BACKLOG = 1024;

  private static final int ACCEPTS_PER_ROUND = 64;
  private static final long RETRY_MILLIS = 100;

  /** A stop has several listeners to end, and ten seconds in all. */
  private static final long STOP_MILLIS = 500;

  private final String address;
  private final ServerSocketChannel channel;
  private final IoThread thread;
  private final Supplier<IoThread> servedBy;
  private final OptionMap options;
  private final int maxConnections;
  private final ChannelListener<? super StreamConnection> protocol;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile SelectionKey key;

  /**
   * Not accepting yet.
   *
   * @param channel bound, not blocking; closed with the acceptor
   * @param thread on which clients are accepted
   * @param servedBy the thread for the next connection
   * @param options of each connection
   * @param maxConnections beyond it, clients wait in the backlog
   * @param protocol takes each connection, on its I/O thread
   */
  Acceptor(
      String address,
      ServerSocketChannel channel,
      IoThread thread,
      Supplier<IoThread> servedBy,
      OptionMap options,
      int maxConnections,
      ChannelListener<? super StreamConnection> protocol) {
    this.address = address;
    this.channel = channel;
    this.thread = thread;
    this.servedBy = servedBy;
    this.options = options;
    this.maxConnections = maxConnections;
    this.protocol = protocol;
  }

  void start() throws IOException {
    key = thread.register(channel, SelectionKey.OP_ACCEPT, this);
  }

  /** How many clients are connected. */
  int connections() {
    return connections.get();
  }

  /**
   * Takes no more clients; connections stay. Those that wait in the backlog have connected already
   * and may have sent a request: they are still taken in, as far as the limit allows.
   */
  void stop() {
    if (key == null) {
      IoUtils.safeClose(channel);
      return;
    }
    CountDownLatch ended = new CountDownLatch(1);
    try {
      thread.execute(
          () -> {
            acceptLast();
            ended.countDown();
          });
      if (!ended.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.log(System.Logger.Level.WARNING, "clients that wait at " + address + " are cut off");
      }
    } catch (RejectedExecutionException e) {
      // The thread has ended, and closed the channel.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    endListening();
  }

  private void acceptLast() {
    try {
      // Linux keeps one more than was asked for.
      acceptUpTo(BACKLOG + 1);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "clients that wait at " + address + " are cut off", e);
    }
    // At once: who connects between the two is cut off.
    endListening();
  }

  private void endListening() {
    key.cancel();
    IoUtils.safeClose(channel);
    // The descriptor is only given back when the selector has let go of the cancelled key.
    thread.wakeUp();
  }

  @Override
  public void ready(int operations) {
    try {
      acceptUpTo(ACCEPTS_PER_ROUND);
    } catch (ClosedChannelException e) {
      // Stopped meanwhile.
    } catch (IOException e) {
      // Most likely out of file descriptors: without a pause this would spin.
      LOG.log(System.Logger.Level.WARNING, "accepting on " + address + " failed", e);
      pause();
      resumeLater();
    }
  }

  private void acceptUpTo(int most) throws IOException {
    for (int i = 0; i < most; i++) {
      if (connections.get() >= maxConnections) {
        pause();
        // One may have been released on its own thread between the two.
        if (connections.get() < maxConnections) {
          resume();
        }
        return;
      }
      SocketChannel accepted = channel.accept();
      if (accepted == null) {
        return;
      }
      connections.incrementAndGet();
      IoThread serving = servedBy.get();
      if (serving == thread) {
        open(serving, accepted);
      } else {
        handOver(serving, accepted);
      }
    }
  }

  private void handOver(IoThread serving, SocketChannel accepted) {
    try {
      serving.execute(() -> open(serving, accepted));
    } catch (RejectedExecutionException e) {
      // The threads are ending, and accepting with them.
      IoUtils.safeClose(accepted);
      released();
    }
  }

  private void open(IoThread serving, SocketChannel accepted) {
    try {
      SocketConnection.open(serving, accepted, options, protocol, this::released);
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a client of " + address + " was turned away", e);
      if (accepted.isOpen()) {
        IoUtils.safeClose(accepted);
        released();
      }
    }
  }

  @Override
  public void abandon() {
    IoUtils.safeClose(channel);
  }

  private void released() {
    if (connections.decrementAndGet() == maxConnections - 1) {
      resume();
    }
  }

  private void pause() {
    SelectionKey current = key;
    if (current != null && current.isValid()) {
      current.interestOps(0);
    }
  }

  private void resume() {
    try {
      SelectionKey current = key;
      if (current != null && current.isValid()) {
        current.interestOps(SelectionKey.OP_ACCEPT);
        thread.wakeUp();
      }
    } catch (CancelledKeyException e) {
      // Stopped meanwhile.
    }
  }

  private void resumeLater() {
    try {
      thread.executeAfter(this::resume, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The thread is ending, and accepting with it.
    }
  }
}
