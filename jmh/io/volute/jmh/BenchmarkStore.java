package io.volute.jmh;

import io.volute.causal.Dot;
import io.volute.port.Clock;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.storage.DurableStore;
import io.volute.storage.FsyncPolicy;
import io.volute.storage.RocksStore;
import io.volute.storage.StoreEngine;
import io.volute.storage.StoreListener;
import io.volute.storage.StoreLockedException;
import io.volute.storage.StoreSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** An engine on disk in a directory for temporary files, which goes with it. */
final class BenchmarkStore implements AutoCloseable {
  private static final Clock SYSTEM =
      new Clock() {
        @Override
        public long monotonicMillis() {
          return System.nanoTime() / 1_000_000;
        }

        @Override
        public long wallMillis() {
          return System.currentTimeMillis();
        }
      };

  private final Path directory;
  private final Progress progress;
  private final StoreEngine engine;

  private BenchmarkStore(Path directory, Progress progress, StoreEngine engine) {
    this.directory = directory;
    this.progress = progress;
    this.engine = engine;
  }

  /** Remembers how far the store is, and wakes who waits for it. */
  private static final class Progress implements StoreListener {
    private final Thread waiter = Thread.currentThread();
    private volatile long stored;

    @Override
    public void onStored(long sequence) {
      stored = sequence;
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

  /**
   * Makes a store, for the thread that calls.
   *
   * @param engine {@code log} or {@code rocksdb}
   * @param fsync {@code always}, {@code never}, or milliseconds as {@code 100ms}
   */
  static BenchmarkStore open(String engine, String fsync)
      throws IOException, StoreException, StoreLockedException {
    Path directory = Files.createTempDirectory("volute-jmh");
    Progress progress = new Progress();
    FsyncPolicy policy = policyOf(fsync);
    StoreEngine store =
        engine.equals("rocksdb")
            ? RocksStore.open(directory, policy, progress, SYSTEM)
            : DurableStore.open(
                directory,
                StoreSettings.withFsync(policy),
                progress,
                SYSTEM,
                new SplittableRandom(1)::nextLong);
    return new BenchmarkStore(directory, progress, store);
  }

  private static FsyncPolicy policyOf(String fsync) {
    return switch (fsync) {
      case "always" -> FsyncPolicy.ALWAYS;
      case "never" -> FsyncPolicy.NEVER;
      default -> FsyncPolicy.within(Long.parseLong(fsync.replace("ms", "")));
    };
  }

  StoreEngine engine() {
    return engine;
  }

  /** The last change that was reported as stored. */
  long stored() {
    return progress.stored;
  }

  @Override
  public void close() throws IOException {
    engine.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }
}
