package io.volute.jmh;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.StoreEngine;
import io.volute.storage.StoreLockedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The engines on disk under 100-byte values, never synced, in the directory for temporary files.
 * Every iteration has a store of its own, so that none fills the disk.
 */
public class DurableStoreBenchmark extends ShortRun {
  private static final int KEYS = 1 << 14;

  /** Changes that a busy kernel makes in a turn. */
  private static final int A_TURN = 64;

  private static final Value VALUE = Samples.value(100);

  private final List<Name> names =
      IntStream.range(0, KEYS).mapToObj(Samples::numberedName).toList();
  private final Dot[] newest = new Dot[KEYS];

  /** The log's own engine and RocksDB. */
  @Param({"log", "rocksdb"})
  public String engine;

  private BenchmarkStore place;
  private StoreEngine store;
  private int next;

  @Setup(Level.Iteration)
  public void open() throws IOException, StoreException, StoreLockedException {
    place = BenchmarkStore.open(engine, "never");
    store = place.engine();
    next = 0;
    for (int i = 0; i < KEYS; i++) {
      overwriteNext();
    }
    store.flush();
  }

  @TearDown(Level.Iteration)
  public void close() throws IOException {
    place.close();
  }

  /** As blind overwrites of one coordinator leave a key: one version, whose base says it all. */
  private void overwriteNext() throws StoreException {
    Dot dot = Samples.dot(1, ++next);
    CausalContext replaces = CausalContext.EMPTY.raised(dot.actor(), dot.counter() - 1);
    Version version = Samples.version(dot, replaces, (int) VALUE.sizeBytes());
    store.put(names.get(next % KEYS), version, VALUE, VersionSet.of(version));
    newest[next % KEYS] = dot;
  }

  @Benchmark
  public void putAndFlush() throws StoreException {
    overwriteNext();
    store.flush();
  }

  @Benchmark
  @OperationsPerInvocation(A_TURN)
  public void putInTurnsOf64() throws StoreException {
    for (int i = 0; i < A_TURN; i++) {
      overwriteNext();
    }
    store.flush();
  }

  /** From the index. */
  @Benchmark
  public VersionSet versions() {
    return store.versions(names.get(++next % KEYS));
  }

  /** From the index, then the log, which the page cache holds. */
  @Benchmark
  public Optional<Value> value() throws StoreException {
    int key = ++next % KEYS;
    return store.value(names.get(key), newest[key]);
  }
}
