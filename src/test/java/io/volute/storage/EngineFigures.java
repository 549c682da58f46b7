package io.volute.storage;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.hashing.DigestKey;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Figures of the engines, each in a directory of its own; {@code scripts/storage-figures} runs it.
 *
 * <p>{@code fill ENGINE DIRECTORY KEYS}: new keys with values of 100 bytes, then an orderly stop.
 * {@code open ENGINE DIRECTORY KEYS HOW}: opens it, reads a page and keys, and stops as {@code HOW}
 * says: {@code close}, or {@code kill} after some changes. {@code load DIRECTORY MILLIS}: put, get
 * and overwrite on each engine in turn, by size, number of writers and policy.
 */
public final class EngineFigures {
  private static final int VALUE_BYTES = 100;
  private static final int CHANGES_A_FLUSH = 100;
  private static final int CHANGES_BEFORE_KILL = 50_000;
  private static final int PAGE = 1000;
  private static final int READS = 20_000;
  private static final int LOAD_KEYS = 20_000;
  private static final long LOAD_BYTES = 256L << 20;
  private static final List<String> ENGINES = List.of("log", "rocksdb");
  private static final PrintStream OUT = System.out;

  private EngineFigures() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "fill" -> fill(arguments[1], Path.of(arguments[2]), Integer.parseInt(arguments[3]));
      case "open" ->
          open(
              arguments[1],
              Path.of(arguments[2]),
              Integer.parseInt(arguments[3]),
              arguments[4].equals("kill"));
      case "load" -> load(Path.of(arguments[1]), Long.parseLong(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Remembers how far the store is. */
  private static final class Progress implements StoreListener {
    private final AtomicLong stored = new AtomicLong();
    private final Thread waiter = Thread.currentThread();

    @Override
    public void onStored(long sequence) {
      stored.set(sequence);
      LockSupport.unpark(waiter);
    }

    @Override
    public void onCompletion() {
      LockSupport.unpark(waiter);
    }

    @Override
    public void onDamaged(Name name, Dot dot) {
      throw new AssertionError(name + " is damaged");
    }

    @Override
    public void onStorePaused(String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void onStoreFailed(String reason) {
      throw new AssertionError(reason);
    }
  }

  private static StoreEngine engine(
      String engine, Path directory, FsyncPolicy policy, StoreListener listener) throws Exception {
    if (engine.equals("rocksdb")) {
      return RocksStore.open(
          directory, policy, List.of(DigestKey.PLAIN), listener, new SystemClock());
    }
    StoreSettings settings = StoreSettings.withFsync(policy);
    return DurableStore.open(
        directory, settings, listener, new SystemClock(), new SeededDice(System.nanoTime()));
  }

  /** Names of 24 bytes in no order of their numbers. */
  private static Name name(long number) {
    return Name.of(String.format(Locale.ROOT, "user/%016x/id", number * 0x9E3779B97F4A7C15L));
  }

  private static void put(StoreEngine store, Name name, long counter, Value value)
      throws Exception {
    VersionSet before = store.versions(name);
    CausalContext replaces = before.isEmpty() ? CausalContext.EMPTY : before.context();
    Version version =
        TestVersions.version(TestVersions.dot(counter), replaces, (int) value.sizeBytes());
    store.put(name, version, value, before.with(version));
  }

  private static Value value(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Value.of(bytes);
  }

  private static void turn(StoreEngine store) {
    store.runCompletions();
    store.flush();
  }

  private static void fill(String engine, Path directory, int keys) throws Exception {
    long started = System.nanoTime();
    StoreEngine store = engine(engine, directory, FsyncPolicy.NEVER, new Progress());
    Value value = value(VALUE_BYTES);
    for (int i = 0; i < keys; i++) {
      put(store, name(i), i + 1, value);
      if (i % CHANGES_A_FLUSH == 0) {
        turn(store);
      }
    }
    turn(store);
    double seconds = seconds(started);
    started = System.nanoTime();
    store.close();
    OUT.printf(
        Locale.ROOT,
        "%s fill: %d keys in %.1f s, %.1f us a key; close %.1f s; %.0f bytes a key on disk%n",
        engine,
        keys,
        seconds,
        seconds * 1e6 / keys,
        seconds(started),
        (double) diskBytes(directory) / keys);
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  /** What the files take, not what sparse ones seem to take. */
  private static long diskBytes(Path directory) throws IOException, InterruptedException {
    Process du = new ProcessBuilder("du", "-sk", directory.toString()).start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    du.waitFor();
    return Long.parseLong(said.split("\\s")[0]) << 10;
  }

  private static void open(String engine, Path directory, int keys, boolean kill) throws Exception {
    long started = System.nanoTime();
    StoreEngine store = engine(engine, directory, FsyncPolicy.NEVER, new Progress());
    final double opened = seconds(started);
    started = System.nanoTime();
    int listed =
        store.list("user/".getBytes(StandardCharsets.UTF_8), Optional.empty(), PAGE).size();
    double page = seconds(started);
    started = System.nanoTime();
    Random random = new Random(1);
    for (int i = 0; i < READS; i++) {
      Name name = name(random.nextInt(keys));
      readOne(store, name, store.versions(name));
    }
    final double read = seconds(started) / READS;
    started = System.nanoTime();
    while (store.hasCompletions()) {
      store.runCompletions();
    }
    final double filled = seconds(started);
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    OUT.printf(
        Locale.ROOT,
        "%s open: %.2f s; first page of %d: %.1f ms; get %.1f us; index whole %.1f s later; "
            + "heap %d MB, resident %s; %d keys%n",
        engine,
        opened,
        listed,
        page * 1e3,
        read * 1e6,
        filled,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        status("VmRSS"),
        store.keyCount());
    if (kill) {
      Value value = value(VALUE_BYTES);
      for (int i = 0; i < CHANGES_BEFORE_KILL; i++) {
        put(store, name(random.nextInt(keys)), (1L << 40) + i, value);
        if (i % CHANGES_A_FLUSH == 0) {
          turn(store);
        }
      }
      turn(store);
      Runtime.getRuntime().halt(9);
    }
    store.close();
  }

  private static String status(String field) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB")
          .findFirst()
          .orElse("?");
    }
  }

  private static void load(Path directory, long millis) throws Exception {
    OUT.println("operation size writers fsync | per second, p99 ms: log | rocksdb | log/rocksdb");
    for (int size : new int[] {100, 1 << 10, 64 << 10}) {
      for (String policy : List.of("always", "100ms", "never")) {
        for (int writers : new int[] {1, 16, 64}) {
          loadBoth(directory, millis, size, policy, writers);
        }
      }
    }
  }

  private static void loadBoth(Path directory, long millis, int size, String policy, int writers)
      throws Exception {
    int keys = (int) Math.min(LOAD_KEYS, LOAD_BYTES / size);
    Rate[][] rates = new Rate[ENGINES.size()][];
    for (int engine = 0; engine < ENGINES.size(); engine++) {
      Path place = directory.resolve(ENGINES.get(engine) + "-" + size + policy + writers);
      Progress progress = new Progress();
      StoreEngine store = engine(ENGINES.get(engine), place, policyOf(policy), progress);
      rates[engine] =
          new Rate[] {
            write(store, progress, millis, size, writers, Integer.MAX_VALUE),
            write(store, progress, millis, size, writers, keys),
            read(store, millis, keys)
          };
      store.close();
      delete(place);
    }
    String[] operations = {"put", "overwrite", "get"};
    for (int operation = 0; operation < operations.length; operation++) {
      Rate log = rates[0][operation];
      Rate rocks = rates[1][operation];
      OUT.printf(
          Locale.ROOT,
          "%s %d %d %s | %.0f, %.2f | %.0f, %.2f | %.2f%n",
          operations[operation],
          size,
          writers,
          policy,
          log.perSecond(),
          log.p99Millis(),
          rocks.perSecond(),
          rocks.p99Millis(),
          log.perSecond() / rocks.perSecond());
    }
  }

  private static FsyncPolicy policyOf(String policy) {
    return switch (policy) {
      case "always" -> FsyncPolicy.ALWAYS;
      case "never" -> FsyncPolicy.NEVER;
      default -> FsyncPolicy.within(100);
    };
  }

  private record Rate(double perSecond, double p99Millis) {}

  /** So many writers, each with its next change as soon as the one before is stored. */
  private static Rate write(
      StoreEngine store, Progress progress, long millis, int size, int writers, int keys)
      throws Exception {
    Value value = value(size);
    Histogram latencies = new Histogram(3);
    ArrayDeque<Long> waiting = new ArrayDeque<>();
    long counter = System.nanoTime();
    long number = keys == Integer.MAX_VALUE ? 0 : -1;
    Random random = new Random(7);
    long started = System.nanoTime();
    long until = started + millis * 1_000_000;
    long done = 0;
    while (System.nanoTime() < until) {
      while (waiting.size() < writers) {
        long next = number >= 0 ? number++ : random.nextInt(keys);
        put(store, name(next), ++counter, value);
        waiting.add(System.nanoTime());
      }
      // The sequence number of the last change.
      long target = store.removeNote("none");
      turn(store);
      while (progress.stored.get() < target) {
        LockSupport.parkNanos(50_000);
        store.runCompletions();
      }
      long now = System.nanoTime();
      while (!waiting.isEmpty()) {
        latencies.recordValue(now - waiting.poll());
        done++;
      }
    }
    return new Rate(done / seconds(started), latencies.getValueAtPercentile(99) / 1e6);
  }

  private static void readOne(StoreEngine store, Name name, VersionSet versions)
      throws StoreException {
    if (store.value(name, versions.asList().get(0).dot()).isEmpty()) {
      throw new IllegalStateException("no value of " + name);
    }
  }

  private static Rate read(StoreEngine store, long millis, int keys) throws Exception {
    Histogram latencies = new Histogram(3);
    Random random = new Random(8);
    long started = System.nanoTime();
    long until = started + millis * 1_000_000;
    long done = 0;
    for (long now = started; now < until; ) {
      Name name = name(random.nextInt(keys));
      VersionSet versions = store.versions(name);
      if (!versions.isEmpty()) {
        readOne(store, name, versions);
      }
      long after = System.nanoTime();
      latencies.recordValue(after - now);
      now = after;
      done++;
    }
    return new Rate(done / seconds(started), latencies.getValueAtPercentile(99) / 1e6);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
