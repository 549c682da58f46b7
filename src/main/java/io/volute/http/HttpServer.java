package io.volute.http;

import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2UpgradeHandler;
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
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListener;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Serves commands over HTTP on all listeners of a node, from {@link #open} to {@link #stop}.
 *
 * <p>Its threads are daemons: they never keep a process alive on their own.
 */
public final class HttpServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int MAX_POOLED_BUFFERS = 1024;
  private static final int BUFFERS_PER_THREAD = 16;
  private static final int MAX_HEADER_LINES = 100;
  private static final int MAX_HTTP2_STREAMS = 256;
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(8);
  private static final long WORKER_STOP_MILLIS = 2000;
  private static final int MOST_FAREWELLS = 3;
  private static final Duration LAST_WORD = Duration.ofMillis(500);

  /**
   * What Undertow itself accepts of a head. Larger than our own limit, since beyond this one it
   * only says 400 and closes, where {@link HeadLimit} can say what was too long.
   */
  private static final int PLATFORM_HEAD_BYTES = 4 * HttpSettings.MAX_HEAD_BYTES;

  private final HttpSettings settings;
  private final Optional<AccessLog> log;
  private final StopGate stopGate;
  private final DefaultByteBufferPool buffers =
      new DefaultByteBufferPool(true, BUFFER_BYTES, MAX_POOLED_BUFFERS, BUFFERS_PER_THREAD);
  private final List<TcpListener> tcpListeners = new ArrayList<>();
  private final List<UnixListener> unixListeners = new ArrayList<>();
  private XnioWorker worker;
  private Optional<IoThreads> threads = Optional.empty();
  private HttpOpenListener protocol;
  private Optional<TlsDoor> tls = Optional.empty();
  private boolean stopped;

  private HttpServer(HttpSettings settings, HttpHandler handler, Optional<AccessLog> log) {
    this.settings = settings;
    this.log = log;
    stopGate = new StopGate(handler);
  }

  /**
   * Opens every listener, or none.
   *
   * @throws ListenException names the address that could not be opened, and why
   * @throws IOException when the threads can't be made
   */
  public static HttpServer open(HttpSettings settings, CommandGate gate) throws IOException {
    return open(settings, gate, MetricsSource.NONE);
  }

  /** The same with metrics. */
  public static HttpServer open(HttpSettings settings, CommandGate gate, MetricsSource metrics)
      throws IOException {
    BytesInFlight inFlight = new BytesInFlight(settings.maxBytesInFlight());
    return open(settings, new Routes(settings, gate, metrics, inFlight));
  }

  /** The same chain of guards with another handler at its end. */
  static HttpServer open(HttpSettings settings, HttpHandler handler) throws IOException {
    TokenGuard tokens = new TokenGuard(settings.access().tokens(), handler);
    HttpHandler browsers = new BrowserGuard(settings.listen(), tokens);
    HttpHandler guarded = new FramingGuard(new HeadLimit(new SingleHeaders(browsers)));
    Optional<AccessLog> log =
        settings.access().logged() ? Optional.of(AccessLog.start()) : Optional.empty();
    HttpServer server =
        new HttpServer(settings, log.isPresent() ? log.get().before(guarded) : guarded, log);
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
    Xnio xnio = Xnio.getInstance(HttpServer.class.getClassLoader());
    worker =
        xnio.createWorker(
            OptionMap.builder()
                .set(Options.WORKER_NAME, "volute-http")
                .set(Options.THREAD_DAEMON, true)
                // Nothing of ours is dispatched to them, they are the platform's need.
                .set(Options.WORKER_IO_THREADS, 1)
                .set(Options.WORKER_TASK_CORE_THREADS, 1)
                .set(Options.WORKER_TASK_MAX_THREADS, 2)
                .getMap());
    protocol = new HttpOpenListener(buffers, protocolOptions());
    protocol.setRootHandler(new Http2UpgradeHandler(new HttpContinueReadHandler(stopGate), "h2c"));
    ChannelListener<StreamConnection> accept =
        connection -> {
          ParseErrors.explain(connection, PLATFORM_HEAD_BYTES);
          protocol.handleEvent(connection);
        };
    tls =
        settings
            .access()
            .tls()
            .map(
                files ->
                    new TlsDoor(
                        files,
                        xnio,
                        buffers,
                        protocolOptions(),
                        new HttpContinueReadHandler(stopGate),
                        connection -> ParseErrors.explain(connection, PLATFORM_HEAD_BYTES),
                        settings.idleTimeout().toMillis()));
    ChannelListener<StreamConnection> acceptTcp = tls.isPresent() ? tls.get() : accept;
    ChannelListener<StreamConnection> acceptUnix =
        connection -> {
          ConduitStreamSourceChannel source = connection.getSourceChannel();
          source.setConduit(new HostlessConduit(source.getConduit()));
          accept.handleEvent(connection);
        };
    IoThreads shared = IoThreads.start(worker, settings.ioThreads());
    threads = Optional.of(shared);
    int threadNumber = settings.ioThreads();
    for (ListenAddress address : settings.listen()) {
      if (address instanceof ListenAddress.Tcp tcp) {
        tcpListeners.add(
            TcpListener.open(shared, tcp, socketOptions(), settings.maxConnections(), acceptTcp));
      } else if (address instanceof ListenAddress.UnixSocket unix) {
        unixListeners.add(
            UnixListener.open(
                worker,
                threadNumber++,
                unix.path(),
                socketOptions(),
                settings.maxConnections(),
                acceptUnix));
      }
    }
  }

  /**
   * Takes no more connections, lets requests under way finish within the grace, turns away those
   * whose body is not whole by then, and closes all.
   *
   * @param farewell kept connections are given an answer that closes them until no request has come
   *     for so long, {@value #MOST_FAREWELLS} times that at most; what comes in that time after the
   *     grace is turned away. One that meets a closed connection could not know whether it was
   *     carried out
   * @return whether all of them were finished
   */
  public synchronized boolean stop(Duration grace, Duration farewell) {
    if (stopped) {
      return true;
    }
    stopped = true;
    tcpListeners.forEach(TcpListener::close);
    unixListeners.forEach(UnixListener::stopAccepting);
    stopGate.answerLast(farewell, farewell.multipliedBy(MOST_FAREWELLS));
    boolean drained = stopGate.stopAndAwait(grace);
    if (!drained && !grace.isZero()) {
      stopGate.refuseIncomplete(LAST_WORD);
    }
    pause(farewell);
    if (protocol != null) {
      protocol.closeConnections();
    }
    tls.ifPresent(TlsDoor::closeConnections);
    unixListeners.forEach(UnixListener::close);
    threads.ifPresent(IoThreads::close);
    if (worker != null) {
      stopWorker();
    }
    buffers.close();
    tls.ifPresent(TlsDoor::close);
    log.ifPresent(AccessLog::close);
    return drained;
  }

  /** The same without a farewell. */
  boolean stop(Duration grace) {
    return stop(grace, Duration.ZERO);
  }

  /** Stops with a grace of a few seconds. */
  @Override
  public void close() {
    stop(DEFAULT_GRACE);
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopWorker() {
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
  }

  private OptionMap protocolOptions() {
    return OptionMap.builder()
        .set(UndertowOptions.ENABLE_HTTP2, true)
        .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_HTTP2_STREAMS)
        .set(UndertowOptions.MAX_HEADER_SIZE, PLATFORM_HEAD_BYTES)
        .set(UndertowOptions.MAX_HEADERS, MAX_HEADER_LINES)
        // Bodies have our own limit, which can answer 413; this one would reset the connection.
        .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
        .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, (int) settings.headTimeout().toMillis())
        .set(UndertowOptions.NO_REQUEST_TIMEOUT, (int) settings.idleTimeout().toMillis())
        // Names are any bytes: we decode them ourselves, strictly.
        .set(UndertowOptions.DECODE_URL, false)
        .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
        .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
        .set(UndertowOptions.ALWAYS_SET_DATE, true)
        .getMap();
  }

  private OptionMap socketOptions() {
    int idleMillis = (int) settings.idleTimeout().toMillis();
    return OptionMap.builder()
        .set(Options.READ_TIMEOUT, idleMillis)
        .set(Options.WRITE_TIMEOUT, idleMillis)
        .getMap();
  }
}
