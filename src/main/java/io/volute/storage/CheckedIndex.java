package io.volute.storage;

import io.volute.hashing.Partitions;
import io.volute.record.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The index held against the orders of keys, which know the same: after a crash it is filled from
 * the names. Later a bit may flip in a map, on the disk or in memory. An entry has a checksum, but
 * a slot that is lost looks like a key that is not held: so a miss counts only when the orders,
 * whose filters answer from memory, do not hold the key either. What was lost or is damaged is
 * taken from the names and put back. For the kernel thread only.
 */
final class CheckedIndex {
  private static final System.Logger LOG = System.getLogger(CheckedIndex.class.getName());

  private final KeyIndex index;
  private final NameOrder names;
  private final NameOrder hashes;

  /**
   * The index holds all names up to this one, and those that were changed since the store was
   * opened; the order of names holds all.
   */
  private byte[] filledUpTo = {};

  private boolean filled;

  /**
   * @param filled whether the index holds all names; else {@link #fill} makes it so
   */
  CheckedIndex(KeyIndex index, NameOrder names, NameOrder hashes, boolean filled) {
    this.index = index;
    this.names = names;
    this.hashes = hashes;
    this.filled = filled;
  }

  /** The entry of a key; {@link IndexEntry#NONE} when it is not held. */
  IndexEntry read(Name name) {
    Optional<ByteBuffer> bytes = index.get(name.utf8());
    if (bytes.isEmpty()) {
      return isDue(name) ? missed(name) : inOrder(name).orElse(IndexEntry.NONE);
    }
    try {
      return IndexEntry.read(name.utf8(), bytes.get());
    } catch (MalformedRecordException e) {
      return putBack(name, "is damaged", inOrder(name));
    }
  }

  /** Whether the index should hold a key if there is one. */
  private boolean isDue(Name name) {
    return filled || Arrays.compareUnsigned(name.utf8(), filledUpTo) <= 0;
  }

  private IndexEntry missed(Name name) {
    try {
      // Each filter errs about one key in a hundred, and both of them hardly ever at once.
      if (!names.mayHold(name.utf8())
          || !hashes.mayHold(TreeKeys.byHash(Partitions.hashOf(name), name))) {
        return IndexEntry.NONE;
      }
      Optional<byte[]> held = names.get(name.utf8());
      return held.isEmpty()
          ? IndexEntry.NONE
          : putBack(name, "is lost", Optional.of(parse(name, held.get())));
    } catch (IOException e) {
      // The order is made anew, see NameOrder.damaged; nothing speaks against the index meanwhile.
      return IndexEntry.NONE;
    }
  }

  private Optional<IndexEntry> inOrder(Name name) {
    try {
      Optional<byte[]> held = names.get(name.utf8());
      return held.isEmpty() ? Optional.empty() : Optional.of(parse(name, held.get()));
    } catch (IOException e) {
      throw new DamagedIndexException("the order of names can't be read: " + e.getMessage(), e);
    }
  }

  private static IndexEntry parse(Name name, byte[] bytes) {
    try {
      return IndexEntry.read(name.utf8(), ByteBuffer.wrap(bytes));
    } catch (MalformedRecordException e) {
      throw new DamagedIndexException("what is kept with key '" + name + "' is damaged", e);
    }
  }

  private IndexEntry putBack(Name name, String problem, Optional<IndexEntry> held) {
    LOG.log(
        System.Logger.Level.ERROR,
        "the index entry of key ''{0}'' {1}; the order of names has it",
        name,
        problem);
    try {
      index.remove(name.utf8());
      if (held.isPresent()) {
        ByteBuffer bytes = ByteBuffer.allocate(held.get().maxSizeBytes());
        held.get().write(name.utf8(), bytes);
        index.put(name.utf8(), bytes.flip());
      }
    } catch (IOException e) {
      // No new map can be made, on a full disk: the next miss finds it in the order again.
      LOG.log(System.Logger.Level.WARNING, "it can''t be put back: {0}", e.getMessage());
    }
    return held.orElse(IndexEntry.NONE);
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
}
