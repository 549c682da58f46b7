package io.volute.port;

import io.volute.port.Store.NamedVersions;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;

/**
 * A hash tree over a store's keys: for each partition and mirror count, sums of the digests of the
 * keys in each of its leaves. Sums of several mirror counts add up, so two members can compare just
 * the keys that both own. Kept up with every change, in a time that does not depend on the number
 * of keys; called by the store's thread only.
 */
public interface KeyTree {
  /**
   * The fingerprints of the digest keys by which sums are kept, at least one: one for each secret
   * of the cluster that this node knows, so that members that share a secret can compare.
   */
  List<Long> digestKeys();

  /** The sums by one of the digest keys; empty when none are kept by it. */
  Optional<Sums> sums(long digestKey);

  /** Any of the sums, for who compares them with what they were. */
  default Sums anySums() {
    return sums(digestKeys().get(0)).orElseThrow();
  }

  /**
   * How many keys a partition has with these mirror counts.
   *
   * @param partition see {@code hashing.Partitions}
   */
  long keyCount(int partition, MirrorRange mirrors);

  /**
   * Keys of some leaves of a partition in the order of their hashes, at a cost that follows how
   * many the leaves hold.
   *
   * @param firstLeaf 0 and up
   * @param belowLeaf at most {@code Partitions.LEAVES}
   * @param after a key of these leaves; what comes up to it is left out
   * @param limit at most this many are looked at, 1 and up
   * @throws StoreException when what finds them is damaged, until it is made anew
   */
  Page keys(
      int partition,
      int firstLeaf,
      int belowLeaf,
      MirrorRange mirrors,
      Optional<Name> after,
      int limit)
      throws StoreException;

  /**
   * Adds a partition's sums up anew from its keys, at the cost of reading all their versions.
   *
   * @return whether they were right; if not, they are now
   * @throws StoreException as {@link #keys}
   */
  boolean recount(int partition) throws StoreException;

  /**
   * Keys of which nothing is visible from some time on, since each version is a tombstone or
   * expires: those first that have been so for longest, tombstones before all.
   *
   * @param untilMillis those that are so at this wall-clock time
   * @param after goes on behind this one
   * @param limit at most this many, 1 and up
   * @throws StoreException as {@link #keys}
   */
  List<DueKey> due(long untilMillis, Optional<DueKey> after, int limit) throws StoreException;

  /** Sums of digests that were made by one key. Always as the store is now. */
  interface Sums {
    /**
     * What a key adds to the sum of its leaf.
     *
     * @param keyHash see {@code hashing.Partitions}
     * @return 0 for a key without versions
     */
    long digest(long keyHash, VersionSet versions);

    /**
     * The sum over a partition's keys with these mirror counts.
     *
     * @return 0 when there are none
     */
    long sum(int partition, MirrorRange mirrors);

    /**
     * The sum of each leaf of a partition, a new array. They add up to {@link #sum}.
     *
     * @throws StoreException as {@link KeyTree#keys}, which may have to be asked
     */
    long[] leafSums(int partition, MirrorRange mirrors) throws StoreException;
  }

  /**
   * A part of the keys asked for.
   *
   * @param next where to go on; empty when there are no more
   */
  record Page(List<NamedVersions> keys, Optional<Name> next) {}

  /**
   * A key that may be reaped.
   *
   * @param dueAtMillis since when nothing of it is visible; 0 for tombstones
   */
  record DueKey(long dueAtMillis, Name name) {}
}
