package io.volute.transport;

import io.volute.identity.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where hosts are. Literal addresses are known at once; names are looked up by a thread of its own,
 * since DNS may take many seconds, and again from time to time. Never blocks. For one thread.
 */
final class AddressBook {
  static final int MAX_ENTRIES = 1024;
  static final int MAX_WAITING = 64;

  /** Names move between addresses; the old one is used until there is another. */
  static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(60);

  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Looks a name up, and takes its time. */
  @FunctionalInterface
  interface Lookup {
    InetAddress lookup(String host) throws UnknownHostException;
  }

  /** What is known of one host and port. Written by the resolver as well. */
  private static final class Known {
    private volatile Optional<InetSocketAddress> address = Optional.empty();
    private volatile long askAtNanos;
    private volatile boolean isAsking;
    private final boolean isName;

    Known(boolean isName, long nowNanos) {
      this.isName = isName;
      this.askAtNanos = nowNanos;
    }
  }

  private final Lookup lookup;
  private final Executor resolver;
  private final LongSupplier nanoTime;
  private final TransportCounters counters;
  private final Map<HostPort, Known> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<HostPort, Known> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  /**
   * @param resolver runs look-ups elsewhere, or rejects them when it has too many
   */
  AddressBook(Lookup lookup, Executor resolver, LongSupplier nanoTime, TransportCounters counters) {
    this.lookup = lookup;
    this.resolver = resolver;
    this.nanoTime = nanoTime;
    this.counters = counters;
  }

  /** A thread for look-ups that is there only while it is needed. */
  static ExecutorService newResolver() {
    ThreadPoolExecutor resolver =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, "resolver");
              thread.setDaemon(true);
              return thread;
            });
    resolver.allowCoreThreadTimeOut(true);
    return resolver;
  }

  /** Empty while the address of a name is not known. */
  Optional<InetSocketAddress> find(HostPort host) {
    Known entry = entries.get(host);
    if (entry == null) {
      entry = newEntry(host);
      entries.put(host, entry);
    }
    if (entry.isName && !entry.isAsking && nanoTime.getAsLong() - entry.askAtNanos >= 0) {
      ask(host, entry);
    }
    return entry.address;
  }

  private Known newEntry(HostPort host) {
    Optional<InetAddress> literal = LiteralAddress.parse(host.host());
    Known entry = new Known(literal.isEmpty(), nanoTime.getAsLong());
    entry.address = literal.map(address -> new InetSocketAddress(address, host.port()));
    return entry;
  }

  private void ask(HostPort host, Known entry) {
    entry.isAsking = true;
    try {
      resolver.execute(() -> resolve(host, entry));
    } catch (RejectedExecutionException e) {
      // Too many others wait, or all is closing; the next message to this host tries again.
      entry.isAsking = false;
    }
  }

  private void resolve(HostPort host, Known entry) {
    long pauseNanos = RETRY_NANOS;
    try {
      entry.address = Optional.of(new InetSocketAddress(lookup.lookup(host.host()), host.port()));
      pauseNanos = REFRESH_NANOS;
    } catch (UnknownHostException | RuntimeException e) {
      // The latter for what the library thinks of odd names.
      counters.increment(TransportCounter.RESOLUTION_FAILURES);
    } finally {
      entry.askAtNanos = nanoTime.getAsLong() + pauseNanos;
      entry.isAsking = false;
    }
  }
}
