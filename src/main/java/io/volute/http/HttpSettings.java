package io.volute.http;

import io.volute.listen.TlsFiles;
import io.volute.listen.TokenFile;
import io.volute.settings.ListenAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the HTTP door is told when it opens.
 *
 * @param listen where clients reach it, at least one
 * @param programVersion what {@code /status} says of this program
 * @param ioThreads threads for TCP, 1 to 64; each unix socket has one of its own besides
 * @param maxConnections of a listener; beyond it clients wait in the backlog
 * @param maxValueBytes the largest body that is taken; those above {@link
 *     io.volute.settings.BlobTuning#inlineBytes} pass through in chunks
 * @param maxBytesInFlight bodies, values and chunks held for requests under way, all together.
 *     Requests beyond it are told to come back
 * @param headTimeout for the whole head of a request, from its first byte
 * @param idleTimeout for a kept connection without a request, and for a body or a reader that has
 *     stopped moving
 * @param minBodyBytesPerSecond a body that has been slower on average, after {@code headTimeout}
 *     has passed, is given up: one byte now and then must not hold a connection for ever
 * @param access what clients must bring, and may do
 * @param flags what {@code /status} tells of how the node was started; empty for nothing
 */
public record HttpSettings(
    List<ListenAddress> listen,
    String programVersion,
    int ioThreads,
    int maxConnections,
    long maxValueBytes,
    long maxBytesInFlight,
    Duration headTimeout,
    Duration idleTimeout,
    int minBodyBytesPerSecond,
    Access access,
    Optional<ToldFlags> flags) {
  /** Request line and header lines of one request, as sent. */
  public static final int MAX_HEAD_BYTES = 16 * 1024;

  private static final int DEFAULT_MAX_CONNECTIONS = 16_384;
  private static final long DEFAULT_MAX_VALUE_BYTES = 4L << 30;
  private static final long MIN_BYTES_IN_FLIGHT = 1 << 20;
  private static final Duration DEFAULT_HEAD_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(60);
  private static final int DEFAULT_MIN_BODY_BYTES_PER_SECOND = 128;

  public HttpSettings {
    listen = List.copyOf(listen);
    check(!listen.isEmpty(), "listen: there must be an address");
    check(ioThreads >= 1 && ioThreads <= 64, "ioThreads " + ioThreads + ": 1 to 64");
    check(maxConnections >= 1, "maxConnections " + maxConnections + ": 1 and up");
    check(maxValueBytes >= 0, "maxValueBytes " + maxValueBytes + ": 0 and up");
    check(
        maxBytesInFlight >= MIN_BYTES_IN_FLIGHT,
        "maxBytesInFlight " + maxBytesInFlight + ": at least " + MIN_BYTES_IN_FLIGHT);
    check(isUsable(headTimeout), "headTimeout " + headTimeout + ": 1 ms to 1 day");
    check(isUsable(idleTimeout), "idleTimeout " + idleTimeout + ": 1 ms to 1 day");
    check(minBodyBytesPerSecond >= 0, "minBodyBytesPerSecond: 0 and up");
  }

  /** Defaults for everything else. */
  public static HttpSettings of(List<ListenAddress> listen, String programVersion) {
    return new HttpSettings(
        listen,
        programVersion,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        DEFAULT_MAX_CONNECTIONS,
        DEFAULT_MAX_VALUE_BYTES,
        Math.max(MIN_BYTES_IN_FLIGHT, Runtime.getRuntime().maxMemory() / 4),
        DEFAULT_HEAD_TIMEOUT,
        DEFAULT_IDLE_TIMEOUT,
        DEFAULT_MIN_BODY_BYTES_PER_SECOND,
        Access.OPEN,
        Optional.empty());
  }

  /** The same with other bounds on bodies. */
  public HttpSettings withBodies(long maxValueBytes, long maxBytesInFlight) {
    return new HttpSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        headTimeout,
        idleTimeout,
        minBodyBytesPerSecond,
        access,
        flags);
  }

  /** The same with another number of connections. */
  public HttpSettings withMaxConnections(int maxConnections) {
    return new HttpSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        headTimeout,
        idleTimeout,
        minBodyBytesPerSecond,
        access,
        flags);
  }

  /** The same with other patience. */
  public HttpSettings withTimeouts(
      Duration headTimeout, Duration idleTimeout, int minBodyBytesPerSecond) {
    return new HttpSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        headTimeout,
        idleTimeout,
        minBodyBytesPerSecond,
        access,
        flags);
  }

  /** The same with other rules for clients. */
  public HttpSettings withAccess(Access access) {
    return new HttpSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        headTimeout,
        idleTimeout,
        minBodyBytesPerSecond,
        access,
        flags);
  }

  /** The same with flags to tell of. */
  public HttpSettings withFlags(ToldFlags told) {
    return new HttpSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        headTimeout,
        idleTimeout,
        minBodyBytesPerSecond,
        access,
        Optional.of(told));
  }

  /** The same for clients that must show a token. */
  public HttpSettings withTokens(TokenFile file) {
    return withAccess(
        new Access(Optional.of(file), access.tls(), access.copyRoot(), access.logged()));
  }

  /** The same with a directory from which files may be copied. */
  public HttpSettings withCopyRoot(Path directory) {
    return withAccess(
        new Access(access.tokens(), access.tls(), Optional.of(directory), access.logged()));
  }

  /** The same with TLS on all TCP addresses. */
  public HttpSettings withTls(TlsFiles files) {
    return withAccess(
        new Access(access.tokens(), Optional.of(files), access.copyRoot(), access.logged()));
  }

  /** The same with a line in the log for each request. */
  public HttpSettings withAccessLog() {
    return withAccess(new Access(access.tokens(), access.tls(), access.copyRoot(), true));
  }

  /**
   * What clients must bring, and may do.
   *
   * @param tokens what they must show; empty where they are not asked
   * @param tls what TCP addresses show of themselves; empty for plain HTTP
   * @param copyRoot directory below which {@code /copy} may read; empty when it may not at all
   * @param logged whether each request leaves a line in the log
   */
  public record Access(
      Optional<TokenFile> tokens, Optional<TlsFiles> tls, Optional<Path> copyRoot, boolean logged) {
    /** For anybody who can connect. */
    public static final Access OPEN =
        new Access(Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  private static boolean isUsable(Duration timeout) {
    return timeout.toMillis() >= 1 && timeout.toDays() <= 1;
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
