package io.volute.jmh;

import io.volute.hashing.Partitions;
import io.volute.record.Name;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The partition of a key, from its name. */
public class KeyHashBenchmark extends ShortRun {
  @Param({"20", "100", "1000"})
  private int nameBytes;

  private Name name;

  @Setup
  public void prepare() {
    name = Samples.name(nameBytes);
  }

  @Benchmark
  public int partition() {
    return Partitions.of(name);
  }
}
