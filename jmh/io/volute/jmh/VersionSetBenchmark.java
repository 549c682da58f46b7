package io.volute.jmh;

import io.volute.record.Version;
import io.volute.record.VersionSet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A version meets the siblings that a member holds already. */
public class VersionSetBenchmark extends ShortRun {
  @Param({"1", "8", "32"})
  private int siblings;

  private VersionSet held;
  private Version sibling;
  private Version successor;

  @Setup
  public void prepare() {
    held = Samples.siblings(siblings);
    sibling = Samples.version(Samples.dot(1, siblings + 1), Samples.context(3), 100);
    successor = Samples.version(Samples.dot(1, siblings + 1), held.context(), 100);
  }

  @Benchmark
  public VersionSet addSibling() {
    return held.with(sibling);
  }

  @Benchmark
  public VersionSet replaceAll() {
    return held.with(successor);
  }
}
