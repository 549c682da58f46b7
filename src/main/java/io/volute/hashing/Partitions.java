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

  private static final int BITS = 10;
  private static final long KEY_SEED = 0;

  private Partitions() {}

  public static int of(Name name) {
    return (int) (Hash64.of(name.utf8(), KEY_SEED) >>> (Long.SIZE - BITS));
  }
}
