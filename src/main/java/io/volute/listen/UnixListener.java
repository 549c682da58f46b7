package io.volute.listen;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;

/**
 * Accepts clients on a unix domain socket and hands each to a protocol of XNIO.
 *
 * <p>It has an I/O thread of its own, on which everything about its connections happens. Only this
 * user can reach the socket (mode 0600). {@link #stopAccepting} takes the name away and leaves the
 * connections alone; {@link #close} ends them.
 */
public final class UnixListener implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(UnixListener.class.getName());
  private static final int ACCEPTS_PER_ROUND = 64;
  private static final int BACKLOG = 1024;
  private static final long RETRY_MILLIS = 100;
  private static final long STOP_MILLIS = 2000;

  private final String address;
  private final ServerSocketChannel channel;
  private final SocketFile file;
  private final UnixIoThread thread;
  private final OptionMap options;
  private final int maxConnections;
  private final ChannelListener<? super StreamConnection> protocol;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile SelectionKey key;
  private boolean accepting = true;

  private UnixListener(
      String address,
      ServerSocketChannel channel,
      SocketFile file,
      UnixIoThread thread,
      OptionMap options,
      int maxConnections,
      ChannelListener<? super StreamConnection> protocol) {
    this.address = address;
    this.channel = channel;
    this.file = file;
    this.thread = thread;
    this.options = options;
    this.maxConnections = maxConnections;
    this.protocol = protocol;
  }

  /**
   * Makes the socket and starts to serve it.
   *
   * @param worker whose threads take what handlers dispatch
   * @param threadNumber tells this listener's I/O thread from the worker's others
   * @param address the socket's path
   * @param options READ_TIMEOUT and WRITE_TIMEOUT of each connection
   * @param maxConnections beyond it, clients wait in the backlog
   * @param protocol takes each connection, on the I/O thread
   */
  public static UnixListener open(
      XnioWorker worker,
      int threadNumber,
      String address,
      OptionMap options,
      int maxConnections,
      ChannelListener<? super StreamConnection> protocol)
      throws ListenException {
    ServerSocketChannel channel = null;
    SocketFile file = null;
    UnixIoThread thread = null;
    try {
      channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      file = SocketFile.bind(channel, address, BACKLOG);
      channel.configureBlocking(false);
      thread = new UnixIoThread(worker, threadNumber, worker.getName() + " unix-" + threadNumber);
      UnixListener listener =
          new UnixListener(address, channel, file, thread, options, maxConnections, protocol);
      listener.key = thread.register(channel, SelectionKey.OP_ACCEPT, listener.new Acceptor());
      thread.start();
      return listener;
    } catch (IOException e) {
      if (thread != null) {
        thread.discard();
      }
      IoUtils.safeClose(channel);
      removeQuietly(file);
      throw e instanceof ListenException known
          ? known
          : new ListenException(address, String.valueOf(e.getMessage()), e);
    }
  }

  /** The path that clients connect to. */
  public String address() {
    return address;
  }

  /** How many clients are connected. */
  public int connections() {
    return connections.get();
  }

  /** Takes no more clients and removes the file, unless it is somebody else's by now. */
  public synchronized void stopAccepting() {
    if (!accepting) {
      return;
    }
    accepting = false;
    removeQuietly(file);
    key.cancel();
    IoUtils.safeClose(channel);
    thread.wakeUp();
  }

  @Override
  public void close() {
    stopAccepting();
    thread.stopSoon();
    boolean interrupted = false;
    try {
      thread.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeQuietly(SocketFile file) {
    if (file == null) {
      return;
    }
    try {
      file.removeIfOurs();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the socket file could not be removed", e);
    }
  }

  private final class Acceptor implements UnixIoThread.ReadyHandler {
    @Override
    public void ready(int operations) {
      try {
        acceptSome();
      } catch (ClosedChannelException e) {
        // Stopped meanwhile.
      } catch (IOException e) {
        // Most likely out of file descriptors: without a pause this would spin.
        LOG.log(System.Logger.Level.WARNING, "accepting on " + address + " failed", e);
        pause();
        resumeLater();
      }
    }

    private void acceptSome() throws IOException {
      for (int i = 0; i < ACCEPTS_PER_ROUND; i++) {
        if (connections.get() >= maxConnections) {
          pause();
          return;
        }
        SocketChannel accepted = channel.accept();
        if (accepted == null) {
          return;
        }
        connections.incrementAndGet();
        try {
          UnixConnection.open(thread, accepted, options, protocol, UnixListener.this::released);
        } catch (IOException | RuntimeException e) {
          LOG.log(System.Logger.Level.WARNING, "a client of " + address + " was turned away", e);
          if (accepted.isOpen()) {
            IoUtils.safeClose(accepted);
            released();
          }
        }
      }
    }

    @Override
    public void abandon() {
      IoUtils.safeClose(channel);
    }
  }

  private void released() {
    if (connections.decrementAndGet() == maxConnections - 1) {
      resume();
    }
  }

  private void pause() {
    if (key.isValid()) {
      key.interestOps(0);
    }
  }

  private void resume() {
    try {
      SelectionKey current = key;
      if (current != null && current.isValid()) {
        current.interestOps(SelectionKey.OP_ACCEPT);
        thread.wakeUp();
      }
    } catch (java.nio.channels.CancelledKeyException e) {
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
