package io.volute.jmh;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.StoreEngine;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The engines on disk as writers see them: each has its next change once the one before is reported
 * as stored. The score is of turns; {@code operations} of the changes or reads in them. Ask for all
 * of the table, one policy at a time, by {@code -p size=100,1024,65536 -p writers=1,16,64 -p
 * fsync=always}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class StoreLoadBenchmark extends ShortRun {
  private static final int MAX_KEYS = 1 << 14;
  private static final long MAX_KEY_BYTES = 64L << 20;
  private static final long LOOK_NANOS = 50_000;

  /** The log's own engine and RocksDB. */
  @Param({"log", "rocksdb"})
  public String engine;

  /** Bytes of a value. */
  @Param("1024")
  public int size;

  /** So many changes share a turn. */
  @Param({"1", "64"})
  public int writers;

  /** A policy as {@code --fsync} takes it: {@code always}, {@code 100ms} or {@code never}. */
  @Param("always")
  public String fsync;

  private final SplittableRandom random = new SplittableRandom(1);
  private BenchmarkStore place;
  private StoreEngine store;
  private Value value;
  private int keys;
  private int next;
  private int counter;

  /** What is done in the turns. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Operations {
    public long operations;
  }

  @Setup(Level.Trial)
  public void open() throws Exception {
    place = BenchmarkStore.open(engine, fsync);
    store = place.engine();
    value = Samples.value(size);
    keys = (int) Math.min(MAX_KEYS, MAX_KEY_BYTES / size);
    for (next = 0; next < keys; next++) {
      write(next);
      if (next % 64 == 0) {
        store.flush();
      }
    }
    awaitStored();
  }

  @TearDown(Level.Trial)
  public void close() throws Exception {
    place.close();
  }

  private void write(int number) throws StoreException {
    Name name = Samples.numberedName(number);
    VersionSet before = store.versions(name);
    CausalContext replaces = before.isEmpty() ? CausalContext.EMPTY : before.context();
    Dot dot = Samples.dot(1, ++counter);
    Version version = Samples.version(dot, replaces, size);
    store.put(name, version, value, before.with(version));
  }

  private void awaitStored() throws StoreException {
    // The sequence number of the last change.
    long target = store.removeNote("none");
    store.runCompletions();
    store.flush();
    while (place.stored() < target) {
      LockSupport.parkNanos(LOOK_NANOS);
      store.runCompletions();
    }
  }

  @Benchmark
  public void put(Operations done) throws StoreException {
    for (int i = 0; i < writers; i++) {
      write(next++);
    }
    awaitStored();
    done.operations += writers;
  }

  @Benchmark
  public void overwrite(Operations done) throws StoreException {
    for (int i = 0; i < writers; i++) {
      write(random.nextInt(keys));
    }
    awaitStored();
    done.operations += writers;
  }

  @Benchmark
  public void get(Operations done) throws StoreException {
    for (int i = 0; i < writers; i++) {
      Name name = Samples.numberedName(random.nextInt(keys));
      Optional<Value> read = store.value(name, store.versions(name).asList().get(0).dot());
      if (read.isEmpty()) {
        throw new IllegalStateException("no value of " + name);
      }
    }
    done.operations += writers;
  }
}
