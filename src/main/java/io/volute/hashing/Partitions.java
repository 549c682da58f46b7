package io.volute.hashing;

import io.volute.record.Name;

/**
 * The fixed partitions of the key space. A key's partition never changes; which members own the
 * partition does.
 */
public final class Partitions {
  /**
   * How many there are. It bounds how evenly a cluster can be filled (a hundred members own some
   * thirty first places each) and is fixed for all clusters, since changing it moves every key.
   */
  public static final int COUNT = 1024;

  /**
   * Parts of a partition in its hash tree. With 10 million keys a leaf has 40 of them: comparing
   * these takes about as many bytes as the sums on the way to the leaf.
   */
  public static final int LEAVES = 256;

  private static final int BITS = 10;
  private static final int LEAF_BITS = 8;
  private static final long KEY_SEED = 0;

  private Partitions() {}

  public static int of(Name name) {
    return of(hashOf(name));
  }

  /** The hash of a key, of which the highest bits are its partition and the next ones its leaf. */
  public static long hashOf(Name name) {
    return Hash64.of(name.utf8(), KEY_SEED);
  }

  public static int of(long keyHash) {
    return (int) (keyHash >>> (Long.SIZE - BITS));
  }

  /** The leaf within its partition, 0 to {@link #LEAVES} − 1. */
  public static int leafOf(long keyHash) {
    return (int) (keyHash >>> (Long.SIZE - BITS - LEAF_BITS)) & (LEAVES - 1);
  }

  /** The least hash of a leaf. {@code leaf} may be {@link #LEAVES}: where the next one begins. */
  public static long firstHashOf(int partition, int leaf) {
    long leaves = ((long) partition << LEAF_BITS) + leaf;
    return leaves << (Long.SIZE - BITS - LEAF_BITS);
  }
}
