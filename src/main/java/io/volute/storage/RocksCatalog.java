package io.volute.storage;

import io.volute.hashing.DigestKey;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.storage.RocksCodec.Entry;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * What a {@link RocksStore} holds: keys with their versions, the hash tree over them, the totals
 * and the notes. Totals and sums are kept with the keys by {@link RocksSums}. For the kernel
 * thread.
 */
final class RocksCatalog {
  private static final int FORMAT_VERSION = 1;
  static final byte[] FORMAT_KEY = RocksCodec.ownKey("format");
  private static final byte[] CLEAN_KEY = RocksCodec.ownKey("clean");

  /** There while the order of the hash tree is made anew. */
  private static final byte[] ORDER_KEY = RocksCodec.ownKey("order");

  private final RocksTables tables;
  private final RocksOrder order;
  private final RocksSums rows;
  private final StoredTree tree;
  private final Notes notes = new Notes();
  private final boolean existed;
  private final boolean cleanStop;
  private final boolean counted;
  private long keyCount;
  private long valueBytes;
  private boolean lost;
  private boolean lossForgotten;
  private boolean scrubWanted;

  /** Told of what can't be read of what keys have. */
  private Consumer<String> onDamage = problem -> {};

  private RocksCatalog(
      RocksTables tables,
      RocksSums rows,
      RocksSums.Read read,
      boolean existed,
      boolean cleanStop,
      boolean counted) {
    this.tables = tables;
    this.rows = rows;
    this.order = new RocksOrder(tables);
    this.tree = new StoredTree(name -> entry(name).versions(), order, read.sums());
    this.existed = existed;
    this.cleanStop = cleanStop;
    this.counted = counted;
    this.keyCount = read.sums().first().count();
    this.valueBytes = read.bytes();
  }

  /**
   * Reads what the tables say of themselves; where their sums are not kept goes through all keys.
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
    boolean cleanStop = tables.get(Table.NOTES, CLEAN_KEY).isPresent();
    RocksSums rows = new RocksSums(tables, digestKeys);
    boolean whole = rows.areWhole();
    if (!whole) {
      count(tables, rows);
    }
    RocksCatalog catalog =
        new RocksCatalog(tables, rows, rows.read(), format.isPresent(), cleanStop, !whole);
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(tables.handle(Table.NOTES), FORMAT_KEY, format());
      // It vouches for the store once.
      batch.delete(tables.handle(Table.NOTES), CLEAN_KEY);
      tables.writeDurably(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
    catalog.readNotes();
    return catalog;
  }

  /** What says that a database is of this form. */
  static byte[] format() {
    return ByteBuffer.allocate(Integer.BYTES).putInt(FORMAT_VERSION).array();
  }

  /** The same of a store's directory, where what is damaged is made anew first. */
  static RocksCatalog open(Path store, List<DigestKey> digestKeys)
      throws IOException, StoreException {
    RocksSalvage.finish(store);
    if (RocksSalvage.isWanted(store)) {
      RocksSalvage.run(store, "it was found so before");
    }
    try {
      return openAsItIs(store, digestKeys);
    } catch (DamagedTableException e) {
      RocksSalvage.run(store, e.getMessage());
    } catch (StoreException e) {
      if (!RocksDatabase.isCorruption(e.getCause())) {
        throw e;
      }
      RocksSalvage.run(store, e.getMessage());
    }
    return openAsItIs(store, digestKeys);
  }

  private static RocksCatalog openAsItIs(Path store, List<DigestKey> digestKeys)
      throws IOException, StoreException {
    RocksTables tables = RocksTables.open(store.resolve(RocksTables.DIRECTORY));
    try {
      return open(tables, digestKeys);
    } catch (IOException | StoreException e) {
      tables.close();
      throw e;
    }
  }

  RocksTables tables() {
    return tables;
  }

  private void readNotes() throws IOException {
    lost = tables.get(Table.NOTES, RocksSalvage.LOST_KEY).isPresent();
    scrubWanted = tables.get(Table.NOTES, RocksSalvage.SCRUB_KEY).isPresent();
    if (tables.get(Table.NOTES, ORDER_KEY).isPresent()) {
      order.distrust("it was not whole when the store was opened");
    }

    try (RocksIterator iterator = tables.iterate(Table.NOTES)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        if (RocksCodec.isNote(iterator.key())) {
          notes.put(Notes.keyOf(RocksCodec.noteOf(iterator.key())), iterator.value());
        }
      }
      RocksTables.check(iterator);
    }
  }

  /** For a database from before the sums were kept in it, or by other digest keys. */
  private static void count(RocksTables tables, RocksSums rows) throws IOException {
    rows.begin();
    try (RocksIterator iterator = tables.iterate(Table.VERSIONS)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        rows.count(nameOf(iterator.key()), RocksCodec.read(iterator.value()));
      }
      RocksTables.check(iterator);
    } catch (MalformedRecordException e) {
      throw new IOException(e.getMessage(), e);
    }
    rows.end();
  }

  private static Name nameOf(byte[] utf8) throws IOException {
    return Name.of(utf8).orElseThrow(() -> new IOException("a name is damaged"));
  }

  void onDamage(Consumer<String> listener) {
    onDamage = listener;
  }

  /** A read or a write has failed, maybe for such a reason. */
  void foundBy(StoreException failure) {
    if (failure.getCause() instanceof DamagedTableException damage) {
      onDamage.accept(damage.getMessage());
    }
  }

  boolean existed() {
    return existed;
  }

  boolean cleanStop() {
    return cleanStop;
  }

  /** Whether the start had to go through all keys. */
  boolean counted() {
    return counted;
  }

  /** Whether keys were lost to damage, and the store had not begun a new life since. */
  boolean hasLost() {
    return lost;
  }

  /** It has. */
  void forgetLoss() throws IOException {
    if (lost && !lossForgotten) {
      setOwn(RocksSalvage.LOST_KEY, false);
      lossForgotten = true;
    }
  }

  /** Whether values were lost to damage that no scrub has begun to look for since; says so once. */
  boolean takeScrubWanted() throws IOException {
    boolean wanted = scrubWanted;
    if (wanted) {
      scrubWanted = false;
      setOwn(RocksSalvage.SCRUB_KEY, false);
    }
    return wanted;
  }

  private void setOwn(byte[] key, boolean present) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      if (present) {
        batch.put(tables.handle(Table.NOTES), key, new byte[0]);
      } else {
        batch.delete(tables.handle(Table.NOTES), key);
      }
      tables.writeDurably(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Empties the order of the hash tree; each key has to be told to it by {@link #refill}. */
  void beginOrderAnew() throws IOException {
    setOwn(ORDER_KEY, true);
    tables.remake(Table.TREE);
  }

  /** Tells the order of keys that are held, again or for the first time. */
  void refill(List<Name> held) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      for (Name name : held) {
        for (byte[] key : TreeKeys.of(name, entry(name).versions())) {
          batch.put(tables.handle(Table.TREE), key, new byte[0]);
        }
      }
      tables.write(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** It holds all keys again. */
  void endOrderAnew() throws IOException {
    setOwn(ORDER_KEY, false);
    order.trust();
  }

  RocksOrder order() {
    return order;
  }

  /** What is held of a key. */
  Entry entry(Name name) {
    try {
      Optional<byte[]> bytes = tables.get(Table.VERSIONS, name.utf8());
      return bytes.isEmpty() ? Entry.NONE : RocksCodec.read(bytes.get());
    } catch (IOException | MalformedRecordException e) {
      onDamage.accept(e.getMessage());
      throw new DamagedIndexException(
          "the versions of key '" + name + "' can't be read: " + e.getMessage(), e);
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
      rows.change(batch, name, before, after);
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

  /**
   * A page of names.
   *
   * @throws StoreException when some can't be read, which the next start mends
   */
  List<Name> names(byte[] prefix, Optional<Name> after, int limit) throws StoreException {
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
      onDamage.accept(e.getMessage());
      throw new StoreException(
          "the names can't be listed until the next start: " + e.getMessage(), e);
    }
  }

  /** Notes an orderly stop. */
  void close() throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(tables.handle(Table.NOTES), CLEAN_KEY, new byte[0]);
      if (tree.wasWrong()) {
        rows.distrust(batch);
      }
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
