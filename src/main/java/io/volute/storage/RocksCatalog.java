package io.volute.storage;

import io.volute.hashing.DigestKey;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.storage.RocksCodec.Entry;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * What a {@link RocksStore} holds: keys with their versions, the hash tree over them, the totals
 * and the notes. Totals and sums are written at an orderly stop and counted anew after any other.
 * For the kernel thread.
 */
final class RocksCatalog {
  private static final int FORMAT_VERSION = 1;
  private static final byte[] FORMAT_KEY = RocksCodec.ownKey("format");
  private static final byte[] CLEAN_KEY = RocksCodec.ownKey("clean");

  private final RocksTables tables;
  private final RocksOrder order;
  private final KeyedSums sums;
  private final StoredTree tree;
  private final Notes notes = new Notes();
  private final boolean existed;
  private final boolean cleanStop;
  private long keyCount;
  private long valueBytes;

  private RocksCatalog(
      RocksTables tables, KeyedSums sums, boolean existed, Optional<ByteBuffer> totals) {
    this.tables = tables;
    this.sums = sums;
    this.order = new RocksOrder(tables);
    this.tree = new StoredTree(name -> entry(name).versions(), order, sums);
    this.existed = existed;
    this.cleanStop = totals.isPresent();
    totals.ifPresent(
        in -> {
          keyCount = in.getLong();
          valueBytes = in.getLong();
        });
  }

  /**
   * Reads what the tables say of themselves; after an unclean stop goes through all keys.
   *
   * @throws StoreException when another program's format is there
   */
  static RocksCatalog open(RocksTables tables, List<DigestKey> digestKeys)
      throws IOException, StoreException {
    Optional<byte[]> format = tables.get(Table.NOTES, FORMAT_KEY);
    int version = format.map(bytes -> ByteBuffer.wrap(bytes).getInt()).orElse(FORMAT_VERSION);
    if (version != FORMAT_VERSION) {
      throw new StoreException(
          RocksTables.DIRECTORY
              + " has format version "
              + version
              + ": this program reads version "
              + FORMAT_VERSION);
    }
    Optional<byte[]> clean = tables.get(Table.NOTES, CLEAN_KEY);
    Optional<ByteBuffer> totals = Optional.empty();
    Optional<KeyedSums> sums = Optional.empty();
    if (clean.isPresent()) {
      byte[] bytes = clean.get();
      sums = KeyedSums.of(Arrays.copyOfRange(bytes, 2 * Long.BYTES, bytes.length), digestKeys);
      totals = sums.map(read -> ByteBuffer.wrap(bytes));
    }
    RocksCatalog catalog =
        new RocksCatalog(
            tables, sums.orElseGet(() -> KeyedSums.empty(digestKeys)), format.isPresent(), totals);
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(
          tables.handle(Table.NOTES),
          FORMAT_KEY,
          ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT_VERSION).array());
      // It vouches for the store once.
      batch.delete(tables.handle(Table.NOTES), CLEAN_KEY);
      tables.writeDurably(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
    catalog.readNotes();
    if (!catalog.cleanStop) {
      catalog.count();
    }
    catalog.tree.complete();
    return catalog;
  }

  private void readNotes() throws IOException {
    try (RocksIterator iterator = tables.iterate(Table.NOTES)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        if (RocksCodec.isNote(iterator.key())) {
          notes.put(Notes.keyOf(RocksCodec.noteOf(iterator.key())), iterator.value());
        }
      }
      RocksTables.check(iterator);
    }
  }

  /** The order of the tree is always right, being written with the keys; its sums are not kept. */
  private void count() throws IOException {
    try (RocksIterator iterator = tables.iterate(Table.VERSIONS)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        Name name = nameOf(iterator.key());
        Entry entry = RocksCodec.read(iterator.value());
        keyCount++;
        valueBytes += entry.valueBytes();
        tree.count(name, entry.versions());
      }
      RocksTables.check(iterator);
    } catch (MalformedRecordException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Name nameOf(byte[] utf8) throws IOException {
    return Name.of(utf8).orElseThrow(() -> new IOException("a name is damaged"));
  }

  boolean existed() {
    return existed;
  }

  boolean cleanStop() {
    return cleanStop;
  }

  /** What is held of a key. */
  Entry entry(Name name) {
    try {
      Optional<byte[]> bytes = tables.get(Table.VERSIONS, name.utf8());
      return bytes.isEmpty() ? Entry.NONE : RocksCodec.read(bytes.get());
    } catch (IOException | MalformedRecordException e) {
      throw new DamagedIndexException("the versions of key '" + name + "' can't be read", e);
    }
  }

  /** Adds a change of a key to the batch; {@link #applied} follows when that is written. */
  void put(WriteBatch batch, Name name, Entry before, Entry after) throws IOException {
    try {
      if (after.versions().isEmpty()) {
        batch.delete(tables.handle(Table.VERSIONS), name.utf8());
      } else {
        batch.put(tables.handle(Table.VERSIONS), name.utf8(), RocksCodec.write(after));
      }
      order.into(batch);
      tree.changed(name, before.versions(), after.versions());
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  void applied(Entry before, Entry after) {
    keyCount += (after.versions().isEmpty() ? 0 : 1) - (before.versions().isEmpty() ? 0 : 1);
    valueBytes += after.valueBytes() - before.valueBytes();
  }

  /** Whether a change that could not be written was, and takes it into account, or back. */
  void settle(Name name, Entry before, Entry after) throws IOException {
    if (entry(name).equals(after)) {
      applied(before, after);
      return;
    }
    // What the order makes of it is in the tables already, or not, with the key.
    try (WriteBatch dropped = new WriteBatch()) {
      order.into(dropped);
      tree.changed(name, after.versions(), before.versions());
    }
  }

  /** The same for a note. */
  void settleNote(String key) throws IOException {
    byte[] keyBytes = RocksCodec.noteKey(key.getBytes(StandardCharsets.UTF_8));
    Optional<byte[]> held = tables.get(Table.NOTES, keyBytes);
    held.ifPresentOrElse(content -> notes.put(key, content), () -> notes.remove(key));
  }

  List<Name> names(byte[] prefix, Optional<Name> after, int limit) {
    List<Name> page = new ArrayList<>();
    try (RocksIterator iterator = tables.iterate(Table.VERSIONS)) {
      iterator.seek(NamePage.lowest(prefix, after));
      while (page.size() < limit && iterator.isValid()) {
        Name name = nameOf(iterator.key());
        if (!name.startsWith(prefix)) {
          return page;
        }
        page.add(name);
        iterator.next();
      }
      RocksTables.check(iterator);
      return page;
    } catch (IOException e) {
      throw new DamagedIndexException("the names can't be read: " + e.getMessage(), e);
    }
  }

  /** Notes an orderly stop. */
  void close() throws IOException {
    byte[] sumBytes = sums.toBytes();
    byte[] clean =
        ByteBuffer.allocate(2 * Long.BYTES + sumBytes.length)
            .putLong(keyCount)
            .putLong(valueBytes)
            .put(sumBytes)
            .array();
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(tables.handle(Table.NOTES), CLEAN_KEY, clean);
      tables.writeDurably(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  StoredTree tree() {
    return tree;
  }

  Notes notes() {
    return notes;
  }

  long keyCount() {
    return keyCount;
  }

  long valueBytes() {
    return valueBytes;
  }
}
