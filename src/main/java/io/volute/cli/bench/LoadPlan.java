package io.volute.cli.bench;

import io.volute.client.link.Access;
import java.time.Duration;
import java.util.Optional;

/**
 * What load to make.
 *
 * @param access the node and the way to it
 * @param protocol what is spoken with it
 * @param rate requests per second, all connections together; empty for a closed loop
 * @param keys how many different keys; each request takes one by chance
 * @param size bytes of a value
 * @param warmup how long to make load before it is measured
 * @param prefix what the names of keys begin with
 * @param mirrors as in write; null for the node's default
 * @param writeAcks as {@code w} of write; null for the default
 * @param readAcks as {@code r} of read; null for the default
 */
public record LoadPlan(
    Access access,
    Protocol protocol,
    Operation operation,
    int connections,
    Optional<Double> rate,
    long keys,
    int size,
    Duration duration,
    Duration warmup,
    String prefix,
    String mirrors,
    String writeAcks,
    String readAcks) {
  /** The most connections, each of which has a thread. */
  public static final int MAX_CONNECTIONS = 1024;

  /** The longest run, in seconds. */
  public static final int MAX_SECONDS = 3600;

  /** The highest rate that may be asked for. */
  public static final int MAX_RATE = 1_000_000;

  /** The most keys. */
  public static final long MAX_KEYS = 1_000_000_000;

  /** The largest value, in bytes; it is held in memory. */
  public static final int MAX_SIZE = 64 * 1024 * 1024;

  /** What is spoken. */
  public enum Protocol {
    /** Over TCP, TLS or a unix socket. */
    HTTP,
    /** The Redis protocol, over TCP or a unix socket. */
    RESP
  }

  /** What requests do. */
  public enum Operation {
    WRITE,
    READ,
    /** One half writes, the other reads. */
    MIXED
  }

  public LoadPlan {
    requireWithin("connections", connections, 1, MAX_CONNECTIONS);
    requireWithin("seconds", duration.toSeconds(), 1, MAX_SECONDS);
    requireWithin("warmup", warmup.toSeconds(), 0, MAX_SECONDS);
    requireWithin("keys", keys, 1, MAX_KEYS);
    requireWithin("size", size, 0, MAX_SIZE);
    if (rate.isPresent() && !(rate.get() > 0 && rate.get() <= MAX_RATE)) {
      throw new IllegalArgumentException(
          "rate " + rate.get() + ": allowed is more than 0, up to " + MAX_RATE);
    }
  }

  private static void requireWithin(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " " + value + ": allowed is " + least + " to " + most);
    }
  }

  String keyName(long number) {
    return prefix + number;
  }
}
