package io.volute.storage;

import io.volute.hashing.Partitions;
import io.volute.port.KeyTree.DueKey;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * How the order behind a hash tree writes its two kinds of entries, big-endian: {@code 0, key hash
 * (8), name} for each key; {@code 1, since when it may be reaped (8), key hash (8), name} for those
 * of which nothing stays visible.
 */
final class TreeKeys {
  /** What an entry takes besides the name. */
  static final int MAX_HEAD_BYTES = 1 + 2 * Long.BYTES;

  private static final byte BY_HASH = 0;
  private static final byte BY_TIME = 1;
  private static final byte BEHIND = 2;
  private static final int HASH_HEAD_BYTES = 1 + Long.BYTES;

  private TreeKeys() {}

  static byte[] byHash(long hash, Name name) {
    return ByteBuffer.allocate(HASH_HEAD_BYTES + name.sizeBytes())
        .put(BY_HASH)
        .putLong(hash)
        .put(name.utf8())
        .array();
  }

  /** All entries of a key that is held. */
  static List<byte[]> of(Name name, VersionSet versions) {
    long hash = Partitions.hashOf(name);
    OptionalLong due = dueAtMillis(versions);
    return due.isPresent()
        ? List.of(byHash(hash, name), byTime(due.getAsLong(), hash, name))
        : List.of(byHash(hash, name));
  }

  /** Where a leaf begins, or with {@link Partitions#LEAVES} where the partition ends. */
  static byte[] leafStart(int partition, int leaf) {
    if (partition == Partitions.COUNT - 1 && leaf == Partitions.LEAVES) {
      return new byte[] {BY_TIME};
    }
    return ByteBuffer.allocate(HASH_HEAD_BYTES)
        .put(BY_HASH)
        .putLong(Partitions.firstHashOf(partition, leaf))
        .array();
  }

  static byte[] byTime(long dueAtMillis, long hash, Name name) {
    return ByteBuffer.allocate(MAX_HEAD_BYTES + name.sizeBytes())
        .put(BY_TIME)
        .putLong(dueAtMillis)
        .putLong(hash)
        .put(name.utf8())
        .array();
  }

  /** Where those begin that are due only after this time. */
  static byte[] timeAfter(long millis) {
    if (millis == Long.MAX_VALUE) {
      return new byte[] {BEHIND};
    }
    return ByteBuffer.allocate(1 + Long.BYTES).put(BY_TIME).putLong(millis + 1).array();
  }

  static byte[] firstByTime() {
    return new byte[] {BY_TIME};
  }

  /** No entry lies between one and itself with a zero byte behind it. */
  static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  static byte[] nameByHash(byte[] key) {
    return Arrays.copyOfRange(key, HASH_HEAD_BYTES, key.length);
  }

  static DueKey dueKey(byte[] key) {
    Name name =
        Name.of(Arrays.copyOfRange(key, MAX_HEAD_BYTES, key.length))
            .orElseThrow(() -> new DamagedIndexException("a name in the tree is damaged"));
    return new DueKey(ByteBuffer.wrap(key).getLong(1), name);
  }

  /** From when on nothing of these versions is visible; empty when something stays so. */
  static OptionalLong dueAtMillis(VersionSet versions) {
    long due = 0;
    for (int i = 0; i < versions.size(); i++) {
      Version version = versions.get(i);
      if (!version.isTombstone() && version.expiresAtMillis() == Version.NEVER) {
        return OptionalLong.empty();
      }
      due = Math.max(due, version.isTombstone() ? 0 : version.expiresAtMillis());
    }
    return versions.isEmpty() ? OptionalLong.empty() : OptionalLong.of(due);
  }
}
