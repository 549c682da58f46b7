package io.volute.storage;

import io.volute.record.Name;
import io.volute.record.Value;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * Put, overwrite and get on each engine by size, number of writers and policy. The engines take
 * turns at being the first, after both have run for a while untimed, so that neither pays for the
 * JVM's warming up.
 */
final class LoadFigures {
  private static final List<Integer> SIZES = List.of(100, 1 << 10, 64 << 10);
  private static final List<String> POLICIES = List.of("always", "100ms", "never");
  private static final List<Integer> WRITERS = List.of(1, 16, 64);
  private static final List<String> OPERATIONS = List.of("put", "overwrite", "get");
  private static final int MAX_KEYS = 20_000;
  private static final long MAX_KEY_BYTES = 64L << 20;
  private static final int CHANGES_A_FLUSH = 100;
  private static final long WARM_UP_MILLIS = 3_000;
  private static final PrintStream OUT = System.out;

  private final Path directory;
  private final long millis;
  private int stores;

  /**
   * @param millis for each operation of a line
   */
  LoadFigures(Path directory, long millis) {
    this.directory = directory;
    this.millis = millis;
  }

  private record Rate(double perSecond, double p99Millis) {}

  void run() throws Exception {
    for (int size : SIZES) {
      for (String engine : FigureStores.ENGINES) {
        measure(engine, size, "never", 1, WARM_UP_MILLIS);
      }
    }
    OUT.println("operation size writers fsync | per second, p99 ms: log | rocksdb | log/rocksdb");
    for (int size : SIZES) {
      for (String policy : POLICIES) {
        for (int writers : WRITERS) {
          line(size, policy, writers);
        }
      }
    }
  }

  private void line(int size, String policy, int writers) throws Exception {
    boolean logFirst = stores % 4 < 2;
    Rate[] log = logFirst ? measure("log", size, policy, writers, millis) : new Rate[0];
    Rate[] rocks = measure("rocksdb", size, policy, writers, millis);
    log = logFirst ? log : measure("log", size, policy, writers, millis);
    for (int i = 0; i < OPERATIONS.size(); i++) {
      OUT.printf(
          Locale.ROOT,
          "%s %d %d %s | %.0f, %.2f | %.0f, %.2f | %.2f%n",
          OPERATIONS.get(i),
          size,
          writers,
          policy,
          log[i].perSecond(),
          log[i].p99Millis(),
          rocks[i].perSecond(),
          rocks[i].p99Millis(),
          log[i].perSecond() / rocks[i].perSecond());
    }
  }

  private Rate[] measure(String engine, int size, String policy, int writers, long forMillis)
      throws Exception {
    Path place = directory.resolve(engine + "-" + stores++);
    FigureStores.Progress progress = new FigureStores.Progress();
    StoreEngine store = FigureStores.open(engine, place, FigureStores.policyOf(policy), progress);
    int keys = (int) Math.min(MAX_KEYS, MAX_KEY_BYTES / size);
    Value value = FigureStores.value(size);
    for (int i = 0; i < keys; i++) {
      FigureStores.put(store, FigureStores.name(i), i + 1, value);
      if (i % CHANGES_A_FLUSH == 0) {
        FigureStores.turn(store);
      }
    }
    FigureStores.awaitStored(store, progress);
    Random random = new Random(7);
    long[] next = {keys};
    Rate[] rates = {
      write(store, progress, forMillis, writers, value, () -> next[0]++),
      write(store, progress, forMillis, writers, value, () -> random.nextInt(keys)),
      read(store, forMillis, keys)
    };
    store.close();
    FigureStores.delete(place);
    return rates;
  }

  /** Which key comes next, by its number. */
  private interface Numbers {
    long next();
  }

  /** So many writers, each with its next change as soon as the one before is stored. */
  private static Rate write(
      StoreEngine store,
      FigureStores.Progress progress,
      long millis,
      int writers,
      Value value,
      Numbers numbers)
      throws Exception {
    Histogram latencies = new Histogram(3);
    long[] begun = new long[writers];
    long counter = System.nanoTime();
    long started = System.nanoTime();
    long until = started + millis * 1_000_000;
    while (System.nanoTime() < until) {
      for (int i = 0; i < writers; i++) {
        begun[i] = System.nanoTime();
        FigureStores.put(store, FigureStores.name(numbers.next()), ++counter, value);
      }
      FigureStores.awaitStored(store, progress);
      long now = System.nanoTime();
      for (long since : begun) {
        latencies.recordValue(now - since);
      }
    }
    return rate(latencies, started);
  }

  private static Rate read(StoreEngine store, long millis, int keys) throws Exception {
    Histogram latencies = new Histogram(3);
    Random random = new Random(8);
    long started = System.nanoTime();
    long until = started + millis * 1_000_000;
    for (long now = started; now < until; ) {
      Name name = FigureStores.name(random.nextInt(keys));
      FigureStores.read(store, name);
      long after = System.nanoTime();
      latencies.recordValue(after - now);
      now = after;
    }
    return rate(latencies, started);
  }

  private static Rate rate(Histogram latencies, long started) {
    return new Rate(
        latencies.getTotalCount() / FigureStores.seconds(started),
        latencies.getValueAtPercentile(99) / 1e6);
  }
}
