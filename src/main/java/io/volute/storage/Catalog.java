package io.volute.storage;

import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
  private final CheckedIndex checked;
  private final NameOrder names;
  private final NameOrder hashes;
  private final StoredTree tree;
  private final LiveBytes live;
  private ByteBuffer scratch = ByteBuffer.allocate(FIRST_SCRATCH_BYTES);
  private long keyCount;
  private long valueBytes;

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
    this.checked = new CheckedIndex(index, names, hashes, filled);
    this.names = names;
    this.hashes = hashes;
    this.tree = new StoredTree(name -> entryOfListed(name).versions(), hashes, sums);
    this.live = live;
    this.keyCount = keyCount;
    this.valueBytes = valueBytes;
  }

  /** The entry of a key; {@link IndexEntry#NONE} when it is not held. */
  IndexEntry entry(Name name) {
    if (lastName.isPresent() && lastName.get().equals(name)) {
      return lastEntry;
    }
    IndexEntry entry = checked.read(name);
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

  /** Puts more of the names into the index, as {@link CheckedIndex#fill}. */
  boolean fill(int limit) throws IOException {
    return checked.fill(limit);
  }

  boolean isFilled() {
    return checked.isFilled();
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
    refillHashes(name, entry);
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

  /**
   * Tells the orders that are made anew of a key, if the record at that place counts; all of them
   * are told so. The index must be filled.
   */
  void refill(byte[] nameBytes, Location at) throws IOException {
    IndexEntry entry = entryOf(nameBytes);
    if (!entry.locations().contains(at)) {
      return;
    }
    if (names.isMadeAnew()) {
      ByteBuffer bytes = ByteBuffer.allocate(entry.maxSizeBytes());
      entry.write(nameBytes, bytes);
      names.refill(nameBytes, Arrays.copyOf(bytes.array(), bytes.position()));
    }
    refillHashes(Name.of(nameBytes).orElseThrow(), entry);
  }

  /**
   * To be told of each change as well: to the order of hashes a key that was held before is no
   * news, but the record by which it would be met in the log has ceased to count.
   */
  private void refillHashes(Name name, IndexEntry entry) throws IOException {
    if (hashes.isMadeAnew()) {
      for (byte[] key : TreeKeys.of(name, entry.versions())) {
        hashes.refill(key, new byte[0]);
      }
    }
  }

  /**
   * A page of keys.
   *
   * @throws StoreException as {@link #names}
   */
  List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit) throws StoreException {
    List<NamedVersions> page = new ArrayList<>();
    for (Name name : names(prefix, after, limit)) {
      page.add(new NamedVersions(name, entryOfListed(name).versions()));
    }
    return page;
  }

  /** The entry of a key that an order holds: a key that the index lacks must not pass for none. */
  IndexEntry entryOfListed(Name name) {
    IndexEntry entry = entry(name);
    if (entry.versions().isEmpty()) {
      throw new DamagedIndexException("the index lacks key '" + name + "', which is held");
    }
    return entry;
  }

  /**
   * A page of names.
   *
   * @throws StoreException when a file of them is damaged, see {@link NameOrder#damaged()}
   */
  List<Name> names(byte[] prefix, Optional<Name> after, int limit) throws StoreException {
    try {
      return names.list(prefix, after, limit);
    } catch (IOException e) {
      throw new StoreException(
          "the names can't be listed until they are made anew of the log: " + e.getMessage(), e);
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
