package io.volute.jmh;

import io.volute.causal.CausalContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The set operations that reads and merges are made of. */
public class CausalContextBenchmark extends ShortRun {
  @Param({"1", "3", "8"})
  private int actors;

  private CausalContext older;
  private CausalContext newer;

  @Setup
  public void prepare() {
    older = Samples.context(actors);
    newer = older.with(Samples.dot(1, 1));
  }

  @Benchmark
  public CausalContext joinWithNewer() {
    return older.join(newer);
  }

  /** The usual case of a repair that finds nothing to do, and of siblings over one context. */
  @Benchmark
  public CausalContext joinWithEqual() {
    return older.join(older);
  }

  @Benchmark
  public boolean covers() {
    return newer.covers(older);
  }
}
