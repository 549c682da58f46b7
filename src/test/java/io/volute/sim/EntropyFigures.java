package io.volute.sim;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.hashing.Partitions;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.KeyTree;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.StoredTree;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What it costs two members to become equal, in the simulator: {@code scripts/entropy-figures}.
 * Bytes, messages and simulated time are exact and the same on every machine; CPU time is that of
 * both members, of their stores' models and of the simulated network.
 */
final class EntropyFigures {
  private static final Actor ACTOR = new Actor(new NodeId("n1"), 1);
  private static final Value VALUE = Value.of("v".repeat(100));

  private final int keys;
  private final SimCluster cluster = new SimCluster(2);
  private long counter;

  private EntropyFigures(int keys) {
    this.keys = keys;
  }

  /** Arguments: how many keys both hold, then how many differ, one run after the other. */
  public static void main(String[] args) throws StoreException {
    Locale.setDefault(Locale.ROOT);
    treeMemory(Integer.parseInt(args[0]));
    EntropyFigures figures = new EntropyFigures(Integer.parseInt(args[0]));
    figures.fill();
    figures.steady();
    for (int i = 1; i < args.length; i++) {
      figures.differ(Integer.parseInt(args[i]));
    }
    figures.refill();
  }

  private Version version() {
    counter++;
    Dot dot = new Dot(ACTOR, counter);
    return new Version(
        dot,
        CausalContext.EMPTY.raised(ACTOR, counter - 1),
        Version.Kind.VALUE,
        new Mirrors(3),
        0,
        Version.NEVER,
        "",
        VALUE.sizeBytes());
  }

  private static Name name(int number) {
    return Name.of(String.format("key/%09d", number));
  }

  private static void put(Store store, Name name, Version version) throws StoreException {
    store.put(name, version, VALUE, store.versions(name).with(version));
  }

  private void fill() throws StoreException {
    for (int i = 0; i < keys; i++) {
      Version version = version();
      put(cluster.store("n1"), name(i), version);
      put(cluster.store("n2"), name(i), version);
    }
    cluster.pass(20_000);
  }

  private void steady() {
    Map<String, Long> before = new TreeMap<>(cluster.messages());
    long bytes = cluster.bytes();
    long cpu = cpuNanos();
    long exchanges = cluster.messages("CompareGroups");
    cluster.pass(100_000);
    exchanges = cluster.messages("CompareGroups") - exchanges;
    System.out.printf(
        "equal, %d keys: %d exchanges in 100 s, %d bytes with all probes, %.2f ms CPU each; %s%n",
        keys,
        exchanges,
        cluster.bytes() - bytes,
        (cpuNanos() - cpu) / 1e6 / exchanges,
        since(before));
  }

  private void differ(int differing) throws StoreException {
    long least = 0;
    for (int i = 0; i < differing; i++) {
      int number = (int) ((long) i * keys / differing);
      Version version = version();
      put(cluster.store("n1"), name(number), version);
      least += name(number).sizeBytes() + VALUE.sizeBytes();
    }
    Map<String, Long> before = new TreeMap<>(cluster.messages());
    long bytes = cluster.bytes();
    long cpu = cpuNanos();
    long began = -1;
    long start = cluster.nowMillis();
    while (!isEqual()) {
      cluster.pass(5);
      if (began < 0 && since(before).containsKey("GroupsCompared")) {
        began = cluster.nowMillis();
      }
    }
    System.out.printf(
        "%d differ: %d bytes (%.1f of the names and values alone), equal %d ms after the write, of"
            + " which %d waiting for the interval, %.1f ms CPU; %s%n",
        differing,
        cluster.bytes() - bytes,
        (double) (cluster.bytes() - bytes) / least,
        cluster.nowMillis() - start,
        began - start,
        (cpuNanos() - cpu) / 1e6,
        since(before));
    cluster.pass(10_000);
  }

  private void refill() {
    cluster.wipe("n2");
    Map<String, Long> before = new TreeMap<>(cluster.messages());
    long bytes = cluster.bytes();
    long cpu = cpuNanos();
    long start = cluster.nowMillis();
    cluster.restart("n2");
    while (!isEqual()) {
      cluster.pass(20);
    }
    double cpuSeconds = (cpuNanos() - cpu) / 1e9;
    double valueMegabytes = (double) keys * VALUE.sizeBytes() / 1e6;
    System.out.printf(
        "wiped: %d keys back after %d ms with %d bytes (%.1f of the names and values alone), %.0f"
            + " keys and %.1f MB of values a CPU second; %s%n",
        keys,
        cluster.nowMillis() - start,
        cluster.bytes() - bytes,
        (cluster.bytes() - bytes) / (keys * (13.0 + VALUE.sizeBytes())),
        keys / cpuSeconds,
        valueMegabytes / cpuSeconds,
        since(before));
  }

  private Map<String, Long> since(Map<String, Long> before) {
    Map<String, Long> since = new TreeMap<>();
    cluster
        .messages()
        .forEach(
            (type, count) -> {
              long more = count - before.getOrDefault(type, 0L);
              if (more > 0) {
                since.put(type, more);
              }
            });
    return since;
  }

  private boolean isEqual() {
    KeyTree.Sums one = cluster.store("n1").tree().sums(0).orElseThrow();
    KeyTree.Sums other = cluster.store("n2").tree().sums(0).orElseThrow();
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      if (one.sum(partition, MirrorRange.ALL) != other.sum(partition, MirrorRange.ALL)) {
        return false;
      }
    }
    return true;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void treeMemory(int keys) {
    Version version =
        new Version(
            new Dot(ACTOR, 1),
            CausalContext.EMPTY,
            Version.Kind.VALUE,
            new Mirrors(3),
            0,
            Version.NEVER,
            "",
            1);
    VersionSet set = VersionSet.of(version);
    long before = usedBytes();
    StoredTree tree = StoredTree.onHeap(name -> set);
    for (int i = 0; i < keys; i++) {
      tree.changedOnHeap(name(i), VersionSet.EMPTY, set);
    }
    final long used = usedBytes() - before;
    VersionSet other = VersionSet.of(again(version));
    Name[] names = new Name[Math.min(keys, 1 << 14)];
    Arrays.setAll(names, EntropyFigures::name);
    long cpu = cpuNanos();
    for (int i = 0; i < 2 * keys; i++) {
      Name name = names[i / 2 % names.length];
      tree.changedOnHeap(name, i % 2 == 0 ? set : other, i % 2 == 0 ? other : set);
    }
    System.out.printf(
        "tree: %d ns CPU to keep up with an overwrite%n", (cpuNanos() - cpu) / (2L * keys));
    System.out.printf(
        "tree on the heap: %.1f MB for %d keys; of its sums %d keys count%n",
        used / 1e6, keys, tree.keyCount(0, MirrorRange.ALL));
  }

  private static Version again(Version version) {
    return new Version(
        new Dot(ACTOR, 2),
        version.context(),
        Version.Kind.VALUE,
        version.mirrors(),
        0,
        Version.NEVER,
        "",
        1);
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
