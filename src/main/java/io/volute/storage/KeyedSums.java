package io.volute.storage;

import io.volute.hashing.DigestKey;
import io.volute.record.MirrorRange;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The sums of a hash tree by each digest key that the cluster uses: one, or two while one secret
 * replaces another. Sums by a key that this life of the process does not know can't be kept up, and
 * are left behind.
 */
final class KeyedSums {
  /** Two secrets of a cluster are more than enough. */
  static final int MAX_KEYS = 2;

  private static final long MAGIC = 0x564F4C5554524B31L; // "VOLUTRK1"

  /** The sums by one key. */
  record Keyed(DigestKey key, TreeSums sums) {}

  private final List<DigestKey> wanted;
  private List<Keyed> kept;

  private KeyedSums(List<DigestKey> wanted, List<Keyed> kept) {
    if (wanted.size() > MAX_KEYS) {
      throw new IllegalArgumentException(wanted.size() + " digest keys");
    }
    this.wanted = DigestKey.checked(wanted);
    this.kept = inOrder(kept);
  }

  private List<Keyed> inOrder(List<Keyed> some) {
    List<Keyed> ordered = new ArrayList<>(some);
    ordered.sort(Comparator.comparingInt(one -> wanted.indexOf(one.key())));
    return List.copyOf(ordered);
  }

  /** Sums of no keys. */
  static KeyedSums empty(List<DigestKey> wanted) {
    return new KeyedSums(
        wanted, wanted.stream().map(key -> new Keyed(key, new TreeSums())).toList());
  }

  KeyedSums emptyLike() {
    return empty(kept.stream().map(Keyed::key).toList());
  }

  /** A key of the store is added to the sums or, with −1 times, taken away. */
  void count(long keyHash, VersionSet versions, int times) {
    if (versions.isEmpty()) {
      return;
    }
    int width = width(versions);
    for (Keyed one : kept) {
      one.sums().add(width, keyHash, times, times * one.key().ofKey(keyHash, versions));
    }
  }

  /** A key of the store has other versions than before; empty sets stand for one not held. */
  void replace(long keyHash, VersionSet before, VersionSet after) {
    if (before.isEmpty() || after.isEmpty() || width(before) != width(after)) {
      count(keyHash, before, -1);
      count(keyHash, after, 1);
      return;
    }
    for (Keyed one : kept) {
      long difference = one.key().ofKey(keyHash, after) - one.key().ofKey(keyHash, before);
      one.sums().add(width(after), keyHash, 0, difference);
    }
  }

  private static int width(VersionSet versions) {
    return MirrorRange.widthOf(versions.mirrors().orElseThrow());
  }

  /** The keys by which no sums are kept, though they should. */
  List<DigestKey> missing() {
    return wanted.stream().filter(key -> by(key.fingerprint()).isEmpty()).toList();
  }

  /** Takes over sums that were missing. */
  void complete(KeyedSums counted) {
    List<Keyed> all = new ArrayList<>(kept);
    all.addAll(counted.kept);
    kept = inOrder(all);
  }

  List<Long> fingerprints() {
    return kept.stream().map(one -> one.key().fingerprint()).toList();
  }

  Optional<Keyed> by(long fingerprint) {
    return kept.stream().filter(one -> one.key().fingerprint() == fingerprint).findFirst();
  }

  /** Any of them, for what does not depend on digests. */
  TreeSums first() {
    return kept.get(0).sums();
  }

  /** Whether each counts so many keys; so of none at all. */
  boolean areOver(long keyCount) {
    return kept.stream().allMatch(one -> one.sums().count() == keyCount);
  }

  boolean isSame(int partition, KeyedSums other) {
    return kept.stream()
        .allMatch(
            one ->
                one.sums()
                    .isSame(partition, other.by(one.key().fingerprint()).orElseThrow().sums()));
  }

  void clear(int partition) {
    kept.forEach(one -> one.sums().clear(partition));
  }

  /** All of them, for a checkpoint. */
  byte[] toBytes() {
    List<byte[]> parts = kept.stream().map(one -> one.sums().toBytes()).toList();
    int size = Long.BYTES + Integer.BYTES;
    for (byte[] part : parts) {
      size += Long.BYTES + Integer.BYTES + part.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).putLong(MAGIC).putInt(kept.size());
    for (int i = 0; i < parts.size(); i++) {
      out.putLong(kept.get(i).key().fingerprint()).putInt(parts.get(i).length).put(parts.get(i));
    }
    return out.array();
  }

  /**
   * Reads what {@link #toBytes} made, as far as it is by keys that are wanted now. What earlier
   * versions wrote is sums by {@link DigestKey#PLAIN}.
   *
   * @return empty when it is something else
   */
  static Optional<KeyedSums> of(byte[] content, List<DigestKey> wanted) throws IOException {
    List<Keyed> kept = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(content);
    if (in.remaining() < Long.BYTES + Integer.BYTES) {
      return Optional.empty();
    }
    if (in.getLong(0) != MAGIC) {
      Optional<TreeSums> plain = TreeSums.of(content);
      plain.ifPresent(sums -> keep(wanted, DigestKey.PLAIN.fingerprint(), sums, kept));
      return plain.map(sums -> new KeyedSums(wanted, kept));
    }
    in.getLong();
    for (int rest = in.getInt(); rest > 0; rest--) {
      if (in.remaining() < Long.BYTES + Integer.BYTES) {
        return Optional.empty();
      }
      long fingerprint = in.getLong();
      int size = in.getInt();
      if (size < 0 || size > in.remaining()) {
        return Optional.empty();
      }
      byte[] part = new byte[size];
      in.get(part);
      Optional<TreeSums> sums = TreeSums.of(part);
      if (sums.isEmpty()) {
        return Optional.empty();
      }
      keep(wanted, fingerprint, sums.get(), kept);
    }
    return Optional.of(new KeyedSums(wanted, kept));
  }

  private static void keep(
      List<DigestKey> wanted, long fingerprint, TreeSums sums, List<Keyed> kept) {
    wanted.stream()
        .filter(key -> key.fingerprint() == fingerprint)
        .forEach(key -> kept.add(new Keyed(key, sums)));
  }
}
