package io.volute.storage;

import io.volute.hashing.DigestKey;
import io.volute.hashing.Partitions;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
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
 * The hash tree of a store: {@link KeyedSums}, and an order of all keys by their hashes that finds
 * the keys of a leaf. The store tells it of every change of a key's versions. A change of a key
 * that was there already changes one sum; only a new or removed key is a change of the order.
 */
public final class StoredTree implements KeyTree {
  /** Keys that one step of {@link #recount} reads. */
  private static final int PAGE_KEYS = 256;

  private final Function<Name, VersionSet> versions;
  private final KeyOrder order;
  private final KeyedSums sums;
  private boolean wasWrong;

  /**
   * @param versions looks a key up in the store
   */
  StoredTree(Function<Name, VersionSet> versions, KeyOrder order, KeyedSums sums) {
    this.versions = versions;
    this.order = order;
    this.sums = sums;
  }

  /** An empty tree on the heap, for a store there without a secret. */
  public static StoredTree onHeap(Function<Name, VersionSet> versions) {
    return onHeap(versions, List.of(DigestKey.PLAIN));
  }

  /** An empty tree on the heap, for a store there, with sums by each of these keys. */
  public static StoredTree onHeap(Function<Name, VersionSet> versions, List<DigestKey> keys) {
    return new StoredTree(versions, new HeapKeyOrder(), KeyedSums.empty(keys));
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
    sums.replace(hash, before, after);
  }

  /**
   * Adds up the sums by those keys of which none were left from before, reading all versions; sums
   * by others are not kept any longer.
   */
  void complete() throws StoreException {
    List<DigestKey> missing = sums.missing();
    if (missing.isEmpty()) {
      return;
    }
    KeyedSums counted = KeyedSums.empty(missing);
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      countInto(counted, partition);
    }
    sums.complete(counted);
  }

  @Override
  public List<Long> digestKeys() {
    return sums.fingerprints();
  }

  @Override
  public Optional<Sums> sums(long digestKey) {
    return sums.by(digestKey).map(by -> new View(by.key(), by.sums()));
  }

  @Override
  public long keyCount(int partition, MirrorRange mirrors) {
    return sums.first().count(partition, mirrors);
  }

  /** The sums by one key, as the entropy room sees them. */
  private final class View implements Sums {
    private final DigestKey key;
    private final TreeSums by;

    View(DigestKey key, TreeSums by) {
      this.key = key;
      this.by = by;
    }

    @Override
    public long digest(long keyHash, VersionSet held) {
      return key.ofKey(keyHash, held);
    }

    @Override
    public long sum(int partition, MirrorRange mirrors) {
      return by.sum(partition, mirrors);
    }

    @Override
    public long[] leafSums(int partition, MirrorRange mirrors) throws StoreException {
      Optional<long[]> kept = by.leaves(partition, mirrors);
      return kept.isPresent() ? kept.get() : addUp(partition, mirrors);
    }

    private long[] addUp(int partition, MirrorRange mirrors) throws StoreException {
      long[] leaves = new long[Partitions.LEAVES];
      Optional<Name> next = Optional.empty();
      do {
        Page page = keys(partition, 0, Partitions.LEAVES, mirrors, next, PAGE_KEYS);
        for (NamedVersions held : page.keys()) {
          long hash = Partitions.hashOf(held.name());
          leaves[Partitions.leafOf(hash)] += key.ofKey(hash, held.versions());
        }
        next = page.next();
      } while (next.isPresent());
      return leaves;
    }
  }

  @Override
  public Page keys(
      int partition,
      int firstLeaf,
      int belowLeaf,
      MirrorRange mirrors,
      Optional<Name> after,
      int limit)
      throws StoreException {
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

  private List<byte[]> range(byte[] lowest, byte[] below, int limit) throws StoreException {
    if (Arrays.compareUnsigned(lowest, below) >= 0) {
      return List.of();
    }
    try {
      return order.range(lowest, below, limit);
    } catch (IOException e) {
      throw new StoreException(
          "the keys can't be found until their order is made anew: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean recount(int partition) throws StoreException {
    KeyedSums counted = sums.emptyLike();
    countInto(counted, partition);
    if (sums.isSame(partition, counted)) {
      return true;
    }
    wasWrong = true;
    // Should it fail now, though all was read a moment ago, the next one finds the sums wrong.
    sums.clear(partition);
    countInto(sums, partition);
    return false;
  }

  private void countInto(KeyedSums counted, int partition) throws StoreException {
    Optional<Name> next = Optional.empty();
    do {
      Page page = keys(partition, 0, Partitions.LEAVES, MirrorRange.ALL, next, PAGE_KEYS);
      for (NamedVersions key : page.keys()) {
        counted.count(Partitions.hashOf(key.name()), key.versions(), 1);
      }
      next = page.next();
    } while (next.isPresent());
  }

  @Override
  public List<DueKey> due(long untilMillis, Optional<DueKey> after, int limit)
      throws StoreException {
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

  /** Whether {@link #recount} has found a sum that was not that of the keys. */
  boolean wasWrong() {
    return wasWrong;
  }

  KeyedSums sums() {
    return sums;
  }
}
