package io.volute.storage;

import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is held: the index entry of each key, the names in order, and the totals. The same code
 * keeps it while serving and while it is rebuilt from the log. For the kernel thread only.
 */
final class Catalog {
  private static final int FIRST_SCRATCH_BYTES = 4 << 10;

  private final KeyIndex index;
  private final NameOrder names;
  private final NameOrder hashes;
  private final StoredTree tree;
  private final LiveBytes live;
  private ByteBuffer scratch = ByteBuffer.allocate(FIRST_SCRATCH_BYTES);
  private long keyCount;
  private long valueBytes;

  /**
   * The index holds all names up to this one, and those that were changed since the store was
   * opened; the order of names holds all. An index may have to be filled again after a crash.
   */
  private byte[] filledUpTo = {};

  private boolean filled;

  /** The entry that was used last: a change is preceded by a read of the same key. */
  private Optional<Name> lastName = Optional.empty();

  private IndexEntry lastEntry = IndexEntry.NONE;

  /**
   * A catalog over what was read, or is yet empty.
   *
   * @param names each with its index entry
   * @param hashes the order that belongs to {@code sums}
   * @param filled whether the index holds all names; else {@link #fill} makes it so
   */
  Catalog(
      KeyIndex index,
      NameOrder names,
      NameOrder hashes,
      KeyedSums sums,
      LiveBytes live,
      long keyCount,
      long valueBytes,
      boolean filled) {
    this.index = index;
    this.names = names;
    this.hashes = hashes;
    this.tree = new StoredTree(name -> entry(name).versions(), hashes, sums);
    this.live = live;
    this.keyCount = keyCount;
    this.valueBytes = valueBytes;
    this.filled = filled;
  }

  /** The entry of a key; {@link IndexEntry#NONE} when it is not held. */
  IndexEntry entry(Name name) {
    if (lastName.isPresent() && lastName.get().equals(name)) {
      return lastEntry;
    }
    IndexEntry entry = read(name);
    remember(name, entry);
    return entry;
  }

  /** The entry of a key as a record names it. */
  IndexEntry entryOf(byte[] name) {
    return Name.of(name).map(this::entry).orElse(IndexEntry.NONE);
  }

  /** The record of one of a key's versions lies elsewhere now. */
  void move(byte[] name, IndexEntry entry, int position, Location to) throws IOException {
    Version version = entry.versions().asList().get(position);
    set(Name.of(name).orElseThrow(), entry.with(entry.versions(), version.dot(), to));
  }

  private IndexEntry read(Name name) {
    Optional<ByteBuffer> bytes = index.get(name.utf8());
    if (bytes.isEmpty() && !filled && Arrays.compareUnsigned(name.utf8(), filledUpTo) > 0) {
      bytes = inOrder(name);
    }
    if (bytes.isEmpty()) {
      return IndexEntry.NONE;
    }
    try {
      return IndexEntry.read(name.utf8(), bytes.get());
    } catch (MalformedRecordException e) {
      throw new DamagedIndexException("the index entry of key '" + name + "' is damaged", e);
    }
  }

  private Optional<ByteBuffer> inOrder(Name name) {
    try {
      return names.get(name.utf8()).map(ByteBuffer::wrap);
    } catch (IOException e) {
      throw new DamagedIndexException("the order of names can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * Puts more of the names into the index.
   *
   * @param limit at most so many
   * @return whether there are more to put
   */
  boolean fill(int limit) throws IOException {
    if (filled) {
      return false;
    }
    List<KeyIndex.Outsized> page;
    try {
      page = names.page(filledUpTo, limit);
    } catch (IOException e) {
      throw new DamagedIndexException("the order of names can't be read: " + e.getMessage(), e);
    }
    for (KeyIndex.Outsized held : page) {
      if (index.get(held.name()).isEmpty()) {
        index.put(held.name(), ByteBuffer.wrap(held.entry()));
      }
      filledUpTo = held.name();
    }
    filled = page.size() < limit;
    return !filled;
  }

  boolean isFilled() {
    return filled;
  }

  private void remember(Name name, IndexEntry entry) {
    lastName = Optional.of(name);
    lastEntry = entry;
  }

  void set(Name name, IndexEntry entry) throws IOException {
    IndexEntry before = entry(name);
    int size = entry.maxSizeBytes();
    if (scratch.capacity() < size) {
      scratch = ByteBuffer.allocate(size);
    }
    entry.write(name.utf8(), scratch.clear());
    // Until the index holds it the remembered entry must not claim it.
    lastName = Optional.empty();
    index.put(name.utf8(), scratch.flip());
    names.put(name.utf8(), Arrays.copyOf(scratch.array(), scratch.limit()));
    if (before.versions().isEmpty()) {
      keyCount++;
    }
    tree.changed(name, before.versions(), entry.versions());
    valueBytes += entry.valueBytes() - before.valueBytes();
    live.remove(before);
    live.add(entry);
    remember(name, entry);
  }

  /** Forgets a key; false when it was not held. */
  boolean remove(Name name) throws IOException {
    IndexEntry before = entry(name);
    if (before.versions().isEmpty()) {
      return false;
    }
    index.remove(name.utf8());
    names.remove(name);
    keyCount--;
    tree.changed(name, before.versions(), VersionSet.EMPTY);
    valueBytes -= before.valueBytes();
    live.remove(before);
    remember(name, IndexEntry.NONE);
    return true;
  }

  List<Name> names(byte[] prefix, Optional<Name> after, int limit) {
    try {
      return names.list(prefix, after, limit);
    } catch (IOException e) {
      throw new DamagedIndexException("the order of names can't be read: " + e.getMessage(), e);
    }
  }

  long keyCount() {
    return keyCount;
  }

  long valueBytes() {
    return valueBytes;
  }

  /** The order that takes no more changes for now, since its files can't be written. */
  Optional<NameOrder> overfull() {
    if (names.isOverfull()) {
      return Optional.of(names);
    }
    return hashes.isOverfull() ? Optional.of(hashes) : Optional.empty();
  }

  LiveBytes liveBytes() {
    return live;
  }

  KeyIndex index() {
    return index;
  }

  NameOrder nameOrder() {
    return names;
  }

  NameOrder hashOrder() {
    return hashes;
  }

  StoredTree tree() {
    return tree;
  }
}
