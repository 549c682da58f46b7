package io.volute.resp;

import io.volute.listen.TokenFile;
import io.volute.settings.ListenAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the RESP door is told when it opens.
 *
 * @param listen where clients reach it, at least one
 * @param programVersion what {@code INFO} and {@code HELLO} say of this program
 * @param ioThreads threads for TCP, 1 to 64; each unix socket has one of its own besides
 * @param maxConnections of a listener; beyond it clients wait in the backlog
 * @param maxValueBytes the largest argument that is taken
 * @param maxBytesInFlight arguments and values held for calls under way, all together; at least
 *     twice {@code maxValueBytes}, since an argument that grows is copied
 * @param stallTimeout for a connection in the middle of a call or of taking its answers that has
 *     stopped moving. A connection without a call stays as long as the client wants: pools keep
 *     them for hours
 * @param tokens what {@code AUTH} must show; empty where clients are not asked
 */
public record RespSettings(
    List<ListenAddress> listen,
    String programVersion,
    int ioThreads,
    int maxConnections,
    int maxValueBytes,
    long maxBytesInFlight,
    Duration stallTimeout,
    Optional<TokenFile> tokens) {
  private static final int DEFAULT_MAX_CONNECTIONS = 8192;
  private static final int DEFAULT_MAX_VALUE_BYTES = 64 << 20;
  private static final Duration DEFAULT_STALL_TIMEOUT = Duration.ofSeconds(60);

  public RespSettings {
    listen = List.copyOf(listen);
    check(!listen.isEmpty(), "listen: there must be an address");
    check(ioThreads >= 1 && ioThreads <= 64, "ioThreads " + ioThreads + ": 1 to 64");
    check(maxConnections >= 1, "maxConnections " + maxConnections + ": 1 and up");
    check(maxValueBytes >= 0, "maxValueBytes " + maxValueBytes + ": 0 and up");
    check(
        maxBytesInFlight >= 2L * maxValueBytes,
        "maxBytesInFlight " + maxBytesInFlight + ": at least twice maxValueBytes " + maxValueBytes);
    check(
        stallTimeout.toMillis() >= 1 && stallTimeout.toDays() <= 1,
        "stallTimeout " + stallTimeout + ": 1 ms to 1 day");
  }

  /** Defaults for everything else. */
  public static RespSettings of(List<ListenAddress> listen, String programVersion) {
    return new RespSettings(
        listen,
        programVersion,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        DEFAULT_MAX_CONNECTIONS,
        DEFAULT_MAX_VALUE_BYTES,
        Math.max(2L * DEFAULT_MAX_VALUE_BYTES, Runtime.getRuntime().maxMemory() / 8),
        DEFAULT_STALL_TIMEOUT,
        Optional.empty());
  }

  /** The same with other bounds on arguments and values. */
  public RespSettings withValues(int maxValueBytes, long maxBytesInFlight) {
    return new RespSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        stallTimeout,
        tokens);
  }

  /** The same with another number of connections. */
  public RespSettings withMaxConnections(int maxConnections) {
    return new RespSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        stallTimeout,
        tokens);
  }

  /** The same for clients that must show a token first. */
  public RespSettings withTokens(TokenFile file) {
    return new RespSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        stallTimeout,
        Optional.of(file));
  }

  /** The same with other patience. */
  public RespSettings withStallTimeout(Duration stallTimeout) {
    return new RespSettings(
        listen,
        programVersion,
        ioThreads,
        maxConnections,
        maxValueBytes,
        maxBytesInFlight,
        stallTimeout,
        tokens);
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
