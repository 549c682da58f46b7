package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.hashing.Partitions;
import io.volute.port.KeyTree;
import io.volute.port.KeyTree.DueKey;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares a tree with one that is worked out plainly from all keys. */
final class TreeCheck {
  private static final List<MirrorRange> RANGES =
      List.of(
          MirrorRange.ALL,
          MirrorRange.from(3),
          MirrorRange.from(MirrorRange.CLONE_WIDTH),
          new MirrorRange(1, 3),
          new MirrorRange(7, 7));

  private TreeCheck() {}

  static void check(KeyTree tree, SortedMap<Name, VersionSet> held, int pageKeys)
      throws StoreException {
    for (MirrorRange range : RANGES) {
      Map<Integer, Map<Name, VersionSet>> partitions = new TreeMap<>();
      held.forEach(
          (name, versions) -> {
            if (range.contains(versions)) {
              partitions
                  .computeIfAbsent(Partitions.of(name), absent -> new TreeMap<>())
                  .put(name, versions);
            }
          });
      for (int partition = 0; partition < Partitions.COUNT; partition++) {
        Map<Name, VersionSet> keys = partitions.getOrDefault(partition, Map.of());
        assertEquals(keys.size(), tree.keyCount(partition, range));
        if (keys.isEmpty()) {
          for (long key : tree.digestKeys()) {
            assertEquals(0, tree.sums(key).orElseThrow().sum(partition, range));
          }
        } else {
          for (long key : tree.digestKeys()) {
            checkSums(tree.sums(key).orElseThrow(), partition, range, keys);
          }
          checkPartition(tree, partition, range, keys, pageKeys);
        }
      }
    }
    for (int partition : held.keySet().stream().map(Partitions::of).distinct().toList()) {
      assertTrue(tree.recount(partition), "partition " + partition);
    }
    checkDue(tree, held, pageKeys);
  }

  private static void checkSums(
      KeyTree.Sums sums, int partition, MirrorRange range, Map<Name, VersionSet> keys)
      throws StoreException {
    long[] leaves = new long[Partitions.LEAVES];
    long sum = 0;
    for (Map.Entry<Name, VersionSet> key : keys.entrySet()) {
      long hash = Partitions.hashOf(key.getKey());
      long digest = sums.digest(hash, key.getValue());
      leaves[Partitions.leafOf(hash)] += digest;
      sum += digest;
    }
    assertEquals(sum, sums.sum(partition, range));
    long[] kept = sums.leafSums(partition, range);
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      assertEquals(leaves[leaf], kept[leaf], "leaf " + leaf);
    }
  }

  private static void checkPartition(
      KeyTree tree, int partition, MirrorRange range, Map<Name, VersionSet> keys, int pageKeys)
      throws StoreException {
    assertEquals(keys, listed(tree, partition, 0, Partitions.LEAVES, range, pageKeys));
    Name some = keys.keySet().iterator().next();
    int leaf = Partitions.leafOf(Partitions.hashOf(some));
    Map<Name, VersionSet> ofLeaf = new TreeMap<>(keys);
    ofLeaf.keySet().removeIf(name -> Partitions.leafOf(Partitions.hashOf(name)) != leaf);
    assertEquals(ofLeaf, listed(tree, partition, leaf, leaf + 1, range, pageKeys));
  }

  private static Map<Name, VersionSet> listed(
      KeyTree tree, int partition, int first, int below, MirrorRange range, int pageKeys)
      throws StoreException {
    Map<Name, VersionSet> listed = new TreeMap<>();
    Optional<Name> next = Optional.empty();
    long lastHash = Partitions.firstHashOf(partition, first);
    do {
      KeyTree.Page page = tree.keys(partition, first, below, range, next, pageKeys);
      for (NamedVersions key : page.keys()) {
        long hash = Partitions.hashOf(key.name());
        assertTrue(Long.compareUnsigned(lastHash, hash) <= 0, "in the order of hashes");
        lastHash = hash;
        listed.put(key.name(), key.versions());
      }
      next = page.next();
    } while (next.isPresent());
    return listed;
  }

  private static void checkDue(KeyTree tree, SortedMap<Name, VersionSet> held, int pageKeys)
      throws StoreException {
    TreeSet<Name> expected = new TreeSet<>();
    held.forEach(
        (name, versions) -> {
          if (versions.visibleAt(Long.MAX_VALUE).isEmpty()) {
            expected.add(name);
          }
        });
    List<Name> due = new ArrayList<>();
    Optional<DueKey> after = Optional.empty();
    List<DueKey> page;
    do {
      page = tree.due(Long.MAX_VALUE, after, pageKeys);
      page.forEach(key -> due.add(key.name()));
      after = page.isEmpty() ? after : Optional.of(page.get(page.size() - 1));
    } while (!page.isEmpty());
    assertEquals(expected.size(), due.size());
    assertEquals(expected, new TreeSet<>(due));
  }
}
