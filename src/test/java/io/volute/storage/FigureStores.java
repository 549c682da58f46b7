package io.volute.storage;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The engines as the figures use them: opened, written, waited for. */
final class FigureStores {
  static final List<String> ENGINES = List.of("log", "rocksdb");

  private static final long LOOK_NANOS = 50_000;

  private FigureStores() {}

  /** Remembers how far the store is. */
  static final class Progress implements StoreListener {
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

  static StoreEngine open(String engine, Path directory, FsyncPolicy policy, StoreListener listener)
      throws Exception {
    if (engine.equals("rocksdb")) {
      return RocksStore.open(directory, policy, listener, new SystemClock());
    }
    return open(directory, StoreSettings.withFsync(policy), listener);
  }

  static DurableStore open(Path directory, StoreSettings settings, StoreListener listener)
      throws Exception {
    return DurableStore.open(
        directory, settings, listener, new SystemClock(), new SeededDice(System.nanoTime()));
  }

  /** Names of 24 bytes in no order of their numbers. */
  static Name name(long number) {
    return Name.of(String.format(Locale.ROOT, "user/%016x/id", number * 0x9E3779B97F4A7C15L));
  }

  static void put(StoreEngine store, Name name, long counter, Value value) throws Exception {
    VersionSet before = store.versions(name);
    CausalContext replaces = before.isEmpty() ? CausalContext.EMPTY : before.context();
    Version version =
        TestVersions.version(TestVersions.dot(counter), replaces, (int) value.sizeBytes());
    store.put(name, version, value, before.with(version));
  }

  static void read(StoreEngine store, Name name) throws StoreException {
    VersionSet versions = store.versions(name);
    if (store.value(name, versions.asList().get(0).dot()).isEmpty()) {
      throw new IllegalStateException("no value of " + name);
    }
  }

  static Value value(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Value.of(bytes);
  }

  static void turn(StoreEngine store) {
    store.runCompletions();
    store.flush();
  }

  /** Ends a turn and waits until all of its changes are reported as stored. */
  static void awaitStored(StoreEngine store, Progress progress) throws StoreException {
    // The sequence number of the last change.
    long target = store.removeNote("none");
    turn(store);
    while (progress.stored.get() < target) {
      LockSupport.parkNanos(LOOK_NANOS);
      store.runCompletions();
    }
  }

  static FsyncPolicy policyOf(String policy) {
    return switch (policy) {
      case "always" -> FsyncPolicy.ALWAYS;
      case "never" -> FsyncPolicy.NEVER;
      default -> FsyncPolicy.within(100);
    };
  }

  static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
