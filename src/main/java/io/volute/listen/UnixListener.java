package io.volute.listen;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;

/**
 * Accepts clients on a unix domain socket and hands each to a protocol of XNIO.
 *
 * <p>It has an I/O thread of its own, on which everything about its connections happens. Only this
 * user can reach the socket (mode 0600). {@link #stopAccepting} takes the name away, takes in who
 * has connected by then, and leaves the connections alone; {@link #close} ends them.
 */
public final class UnixListener implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(UnixListener.class.getName());

  private final String address;
  private final SocketFile file;
  private final IoThread thread;
  private final Acceptor acceptor;
  private boolean accepting = true;

  private UnixListener(String address, SocketFile file, IoThread thread, Acceptor acceptor) {
    this.address = address;
    this.file = file;
    this.thread = thread;
    this.acceptor = acceptor;
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
    IoThread thread = null;
    try {
      channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      file = SocketFile.bind(channel, address, Acceptor.BACKLOG);
      channel.configureBlocking(false);
      thread = new IoThread(worker, threadNumber, worker.getName() + " unix-" + threadNumber);
      IoThread own = thread;
      Acceptor acceptor =
          new Acceptor(address, channel, own, () -> own, options, maxConnections, protocol);
      acceptor.start();
      thread.start();
      return new UnixListener(address, file, thread, acceptor);
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
    return acceptor.connections();
  }

  /**
   * Removes the file, unless it is somebody else's by now, and takes no more clients than those
   * that have connected. Without the name no others can come, so none is cut off unheard.
   */
  public synchronized void stopAccepting() {
    if (!accepting) {
      return;
    }
    accepting = false;
    removeQuietly(file);
    acceptor.stop();
  }

  @Override
  public void close() {
    stopAccepting();
    IoThread.endAll(List.of(thread));
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
}
