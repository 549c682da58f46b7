package io.volute.resp;

import io.volute.command.CommandGate;
import io.volute.listen.BytesInFlight;
import io.volute.listen.IoThreads;
import io.volute.listen.ListenException;
import io.volute.listen.TcpListener;
import io.volute.listen.UnixListener;
import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/**
 * Serves commands in the Redis protocol, from {@link #open} to {@link #stop}.
 *
 * <p>Its threads are daemons: they never keep a process alive on their own.
 */
public final class RespServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RespServer.class.getName());
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(8);
  private static final long WORKER_STOP_MILLIS = 2000;
  private static final long LONGEST_STALL_CHECK_MILLIS = 5000;
  private static final long STOP_STEP_MILLIS = 10;

  /** For clients that send all the time: they learn that it was not done, and go elsewhere. */
  private static final long FAREWELL_MILLIS = 250;

  /** A client that has vanished is noticed although it may be silent for as long as it likes. */
  private static final OptionMap KEPT_ALIVE = OptionMap.create(Options.KEEP_ALIVE, true);

  private static final Duration LAST_WORD = Duration.ofMillis(250);

  private final RespSettings settings;
  private final CommandGate gate;
  private final CommandTable table;
  private final BytesInFlight inFlight;
  private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastId = new AtomicLong();
  private final List<TcpListener> tcpListeners = new ArrayList<>();
  private final List<UnixListener> unixListeners = new ArrayList<>();
  private XnioWorker worker;
  private Optional<IoThreads> threads = Optional.empty();
  private volatile boolean stopping;

  private RespServer(RespSettings settings, CommandGate gate) {
    this.settings = settings;
    inFlight = new BytesInFlight(settings.maxBytesInFlight());
    this.gate = new WholeValues(gate, inFlight, settings.maxValueBytes());
    table = CommandTable.of(settings, connections::size);
  }

  /**
   * Opens every listener, or none.
   *
   * @throws ListenException names the address that could not be opened, and why
   * @throws IOException when the threads can't be made
   */
  public static RespServer open(RespSettings settings, CommandGate gate) throws IOException {
    RespServer server = new RespServer(settings, gate);
    try {
      server.start();
      return server;
    } catch (IOException | RuntimeException e) {
      // The worker's threads would outlive the failure.
      server.stop(Duration.ZERO);
      throw e;
    }
  }

  private void start() throws IOException {
    worker =
        Xnio.getInstance(RespServer.class.getClassLoader())
            .createWorker(
                OptionMap.builder()
                    .set(Options.WORKER_NAME, "volute-resp")
                    .set(Options.THREAD_DAEMON, true)
                    // Nothing of ours is dispatched to them, they are the platform's need.
                    .set(Options.WORKER_IO_THREADS, 1)
                    .set(Options.WORKER_TASK_CORE_THREADS, 1)
                    .set(Options.WORKER_TASK_MAX_THREADS, 1)
                    .getMap());
    IoThreads shared = IoThreads.start(worker, settings.ioThreads());
    threads = Optional.of(shared);
    int threadNumber = settings.ioThreads();
    for (ListenAddress address : settings.listen()) {
      if (address instanceof ListenAddress.Tcp tcp) {
        tcpListeners.add(
            TcpListener.open(shared, tcp, KEPT_ALIVE, settings.maxConnections(), this::accept));
      } else if (address instanceof ListenAddress.UnixSocket unix) {
        unixListeners.add(
            UnixListener.open(
                worker,
                threadNumber++,
                unix.path(),
                OptionMap.EMPTY,
                settings.maxConnections(),
                this::accept));
      }
    }
    long stallMillis = settings.stallTimeout().toMillis();
    worker
        .getIoThread()
        .executeAtInterval(
            this::closeStalled,
            Math.max(1, Math.min(LONGEST_STALL_CHECK_MILLIS, stallMillis / 2)),
            TimeUnit.MILLISECONDS);
  }

  private void accept(StreamConnection stream) {
    Session session = new Session(lastId.incrementAndGet(), settings.tokens().isEmpty());
    ClientConnection client =
        new ClientConnection(stream, table, gate, inFlight, settings.maxValueBytes(), session);
    connections.add(client);
    client.open(() -> connections.remove(client));
    if (stopping) {
      client.finish(FAREWELL_MILLIS);
    }
  }

  private void closeStalled() {
    long timeoutNanos = settings.stallTimeout().toNanos();
    connections.forEach(connection -> connection.closeIfStalled(timeoutNanos));
  }

  /** Takes no more clients and refuses requests that come; those under way go on. */
  public synchronized void beginStop() {
    if (stopping) {
      return;
    }
    stopping = true;
    tcpListeners.forEach(TcpListener::close);
    unixListeners.forEach(UnixListener::stopAccepting);
    connections.forEach(connection -> connection.finish(FAREWELL_MILLIS));
  }

  /**
   * Refuses requests that come, lets those under way finish within the grace, answers the rest with
   * an error, and closes everything.
   *
   * @return whether all of them were finished
   */
  public synchronized boolean stop(Duration grace) {
    beginStop();
    if (worker == null || worker.isShutdown()) {
      return true;
    }
    boolean drained = awaitNoConnections(grace);
    if (!drained && !grace.isZero()) {
      connections.forEach(ClientConnection::giveUp);
      awaitNoConnections(LAST_WORD);
    }
    connections.forEach(ClientConnection::close);
    unixListeners.forEach(UnixListener::close);
    threads.ifPresent(IoThreads::close);
    worker.shutdown();
    try {
      if (!worker.awaitTermination(WORKER_STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.log(System.Logger.Level.DEBUG, "connections were still open; they are cut");
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      worker.shutdownNow();
      Thread.currentThread().interrupt();
    }
    return drained;
  }

  private boolean awaitNoConnections(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    try {
      while (!connections.isEmpty()) {
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(STOP_STEP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
  }

  /** Stops with a grace of a few seconds. */
  @Override
  public void close() {
    stop(DEFAULT_GRACE);
  }

  /** How much is held for calls under way. */
  long bytesHeld() {
    return inFlight.held();
  }
}
