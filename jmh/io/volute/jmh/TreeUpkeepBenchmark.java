package io.volute.jmh;

import io.volute.causal.CausalContext;
import io.volute.hashing.DigestKey;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import io.volute.storage.StoredTree;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What a change adds to the hash tree, which each store keeps up with every put. To be held against
 * {@link DurableStoreBenchmark}, whose puts have it in them.
 */
public class TreeUpkeepBenchmark extends ShortRun {
  private static final int KEYS = 1 << 16;

  /** Whether the cluster has a secret. */
  @Param({"false", "true"})
  private boolean secret;

  private final Name[] names = new Name[KEYS];
  private final VersionSet[] sets = new VersionSet[2];
  private DigestKey digestKey;
  private StoredTree tree;
  private int next;

  @Setup
  public void prepare() {
    sets[0] = set(1);
    sets[1] = set(2);
    digestKey = secret ? DigestKey.of(new byte[DigestKey.SECRET_BYTES], 1) : DigestKey.PLAIN;
    tree = StoredTree.onHeap(name -> sets[0], List.of(digestKey));
    for (int i = 0; i < KEYS; i++) {
      names[i] = Name.of("some/usual/key/" + i);
      tree.changedOnHeap(names[i], VersionSet.EMPTY, sets[0]);
    }
  }

  private static VersionSet set(int number) {
    return VersionSet.of(Samples.version(Samples.dot(1, number), CausalContext.EMPTY, 100));
  }

  /** A key that was there is written again, and once more with what it had. */
  @Benchmark
  public void overwriteTwice() {
    Name name = names[next];
    next = next + 1 & KEYS - 1;
    tree.changedOnHeap(name, sets[0], sets[1]);
    tree.changedOnHeap(name, sets[1], sets[0]);
  }

  /** A key goes and comes again: two changes of the order as well. */
  @Benchmark
  public void removeAndAdd() {
    Name name = names[next];
    next = next + 1 & KEYS - 1;
    tree.changedOnHeap(name, sets[0], VersionSet.EMPTY);
    tree.changedOnHeap(name, VersionSet.EMPTY, sets[0]);
  }

  @Benchmark
  public long digestOfAKey() {
    return digestKey.ofKey(next++, sets[0]);
  }
}
