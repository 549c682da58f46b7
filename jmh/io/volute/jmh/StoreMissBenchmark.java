package io.volute.jmh;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.StoreEngine;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Keys that are not held, in a store of many: a miss of the index counts only when the orders of
 * keys do not hold the key either.
 */
public class StoreMissBenchmark extends ShortRun {
  private static final Value VALUE = Samples.value(100);
  private static final int A_TURN = 64;
  private static final int NAMES = 1 << 14;

  /** Keys that are held. */
  @Param({"100000", "1000000"})
  public int keys;

  private final List<Name> absent = names(-1);
  private final List<Name> held = names(6);
  private BenchmarkStore place;
  private StoreEngine store;
  private int next;
  private int added;

  /** Names by every so many numbers: those of numbers below zero are not held. */
  private static List<Name> names(int step) {
    return IntStream.range(1, NAMES).mapToObj(i -> Samples.numberedName(i * step)).toList();
  }

  @Setup(Level.Trial)
  public void open() throws Exception {
    place = BenchmarkStore.open("log", "never");
    store = place.engine();
    for (added = 0; added < keys; ) {
      putNewKey();
    }
    next = 0;
  }

  @TearDown(Level.Trial)
  public void close() throws Exception {
    place.close();
  }

  @Benchmark
  public VersionSet absent() {
    return store.versions(absent.get(++next % absent.size()));
  }

  @Benchmark
  public VersionSet held() {
    return store.versions(held.get(++next % held.size()));
  }

  @Benchmark
  public void putNewKey() throws StoreException {
    Name name = Samples.numberedName(added++);
    VersionSet before = store.versions(name);
    Dot dot = Samples.dot(1, added);
    Version version = Samples.version(dot, CausalContext.EMPTY, (int) VALUE.sizeBytes());
    store.put(name, version, VALUE, before.with(version));
    if (added % A_TURN == 0) {
      store.flush();
      store.runCompletions();
    }
  }
}
