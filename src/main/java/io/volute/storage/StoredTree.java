package io.volute.storage;

import io.volute.hashing.Partitions;
import io.volute.hashing.SetDigest;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The hash tree of a store: {@link TreeSums}, and an order of all keys by their hashes that finds
 * the keys of a leaf. The store tells it of every change of a key's versions. A change of a key
 * that was there already changes one sum; only a new or removed key is a change of the order.
 */
public final class StoredTree implements KeyTree {
  /** Keys that one step of {@link #recount} reads. */
  private static final int PAGE_KEYS = 256;

  private final Function<Name, VersionSet> versions;
  private final KeyOrder order;
  private final TreeSums sums;

  /**
   * @param versions looks a key up in the store
   */
  StoredTree(Function<Name, VersionSet> versions, KeyOrder order, TreeSums sums) {
    this.versions = versions;
    this.order = order;
    this.sums = sums;
  }

  /** An empty tree on the heap, for a store there. */
  public static StoredTree onHeap(Function<Name, VersionSet> versions) {
    return new StoredTree(versions, new HeapKeyOrder(), new TreeSums());
  }

  /** On the heap nothing can go wrong with files. */
  public void changedOnHeap(Name name, VersionSet before, VersionSet after) {
    try {
      changed(name, before, after);
    } catch (IOException e) {
      throw new AssertionError("an order on the heap", e);
    }
  }

  /** A key's versions have changed; an empty set stands for a key that is not held. */
  void changed(Name name, VersionSet before, VersionSet after) throws IOException {
    if (before.equals(after)) {
      return;
    }
    long hash = Partitions.hashOf(name);
    if (before.isEmpty()) {
      order.add(TreeKeys.byHash(hash, name));
    } else if (after.isEmpty()) {
      order.remove(TreeKeys.byHash(hash, name));
    }
    OptionalLong dueBefore = TreeKeys.dueAtMillis(before);
    OptionalLong dueAfter = TreeKeys.dueAtMillis(after);
    if (!dueBefore.equals(dueAfter)) {
      if (dueBefore.isPresent()) {
        order.remove(TreeKeys.byTime(dueBefore.getAsLong(), hash, name));
      }
      if (dueAfter.isPresent()) {
        order.add(TreeKeys.byTime(dueAfter.getAsLong(), hash, name));
      }
    }
    count(sums, hash, before, -1);
    count(sums, hash, after, 1);
  }

  /** Adds a key to the sums whose place in the order is known already. */
  void count(Name name, VersionSet versions) {
    count(sums, Partitions.hashOf(name), versions, 1);
  }

  private static void count(TreeSums sums, long hash, VersionSet versions, int times) {
    if (!versions.isEmpty()) {
      int width = MirrorRange.widthOf(versions.mirrors().orElseThrow());
      sums.add(width, hash, times, times * SetDigest.ofKey(hash, versions));
    }
  }

  @Override
  public long sum(int partition, MirrorRange mirrors) {
    return sums.sum(partition, mirrors);
  }

  @Override
  public long keyCount(int partition, MirrorRange mirrors) {
    return sums.count(partition, mirrors);
  }

  @Override
  public long[] leafSums(int partition, MirrorRange mirrors) {
    return sums.leaves(partition, mirrors).orElseGet(() -> addUp(partition, mirrors));
  }

  private long[] addUp(int partition, MirrorRange mirrors) {
    long[] leaves = new long[Partitions.LEAVES];
    Optional<Name> next = Optional.empty();
    do {
      Page page = keys(partition, 0, Partitions.LEAVES, mirrors, next, PAGE_KEYS);
      for (NamedVersions key : page.keys()) {
        long hash = Partitions.hashOf(key.name());
        leaves[Partitions.leafOf(hash)] += SetDigest.ofKey(hash, key.versions());
      }
      next = page.next();
    } while (next.isPresent());
    return leaves;
  }

  @Override
  public Page keys(
      int partition,
      int firstLeaf,
      int belowLeaf,
      MirrorRange mirrors,
      Optional<Name> after,
      int limit) {
    byte[] lowest =
        after
            .map(name -> TreeKeys.behind(TreeKeys.byHash(Partitions.hashOf(name), name)))
            .orElseGet(() -> TreeKeys.leafStart(partition, firstLeaf));
    List<byte[]> found = range(lowest, TreeKeys.leafStart(partition, belowLeaf), limit);
    List<NamedVersions> keys = new ArrayList<>(found.size());
    Optional<Name> last = Optional.empty();
    for (byte[] entry : found) {
      Name name =
          Name.of(TreeKeys.nameByHash(entry))
              .orElseThrow(() -> new DamagedIndexException("a name in the tree is damaged"));
      VersionSet held = versions.apply(name);
      if (mirrors.contains(held)) {
        keys.add(new NamedVersions(name, held));
      }
      last = Optional.of(name);
    }
    return new Page(List.copyOf(keys), found.size() < limit ? Optional.empty() : last);
  }

  private List<byte[]> range(byte[] lowest, byte[] below, int limit) {
    if (Arrays.compareUnsigned(lowest, below) >= 0) {
      return List.of();
    }
    try {
      return order.range(lowest, below, limit);
    } catch (IOException e) {
      throw new DamagedIndexException("the order of keys can't be read: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean recount(int partition) {
    TreeSums counted = new TreeSums();
    Optional<Name> next = Optional.empty();
    do {
      Page page = keys(partition, 0, Partitions.LEAVES, MirrorRange.ALL, next, PAGE_KEYS);
      for (NamedVersions key : page.keys()) {
        count(counted, Partitions.hashOf(key.name()), key.versions(), 1);
      }
      next = page.next();
    } while (next.isPresent());
    if (sums.isSame(partition, counted)) {
      return true;
    }
    sums.clear(partition);
    next = Optional.empty();
    do {
      Page page = keys(partition, 0, Partitions.LEAVES, MirrorRange.ALL, next, PAGE_KEYS);
      for (NamedVersions key : page.keys()) {
        count(sums, Partitions.hashOf(key.name()), key.versions(), 1);
      }
      next = page.next();
    } while (next.isPresent());
    return false;
  }

  @Override
  public List<DueKey> due(long untilMillis, Optional<DueKey> after, int limit) {
    byte[] lowest =
        after
            .map(
                due ->
                    TreeKeys.behind(
                        TreeKeys.byTime(
                            due.dueAtMillis(), Partitions.hashOf(due.name()), due.name())))
            .orElseGet(TreeKeys::firstByTime);
    List<DueKey> due = new ArrayList<>();
    for (byte[] entry : range(lowest, TreeKeys.timeAfter(untilMillis), limit)) {
      due.add(TreeKeys.dueKey(entry));
    }
    return due;
  }

  TreeSums sums() {
    return sums;
  }
}
