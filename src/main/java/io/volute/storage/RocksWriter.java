package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.storage.RocksCodec.Entry;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Makes each change of a {@link RocksStore} one atomic write to RocksDB's log, and the catalog say
 * what it did. For the kernel thread.
 */
final class RocksWriter {
  private final RocksTables tables;
  private final RocksCatalog catalog;
  private final RocksRecovery recovery;
  private final StoreReporter reporter;

  RocksWriter(
      RocksTables tables, RocksCatalog catalog, RocksRecovery recovery, StoreReporter reporter) {
    this.tables = tables;
    this.catalog = catalog;
    this.recovery = recovery;
    this.reporter = reporter;
  }

  /** Something to add to a batch. */
  private interface Addition {
    void to(WriteBatch batch) throws RocksDBException;
  }

  /** Adds or replaces a version; values of those that are not in {@code after} go. */
  void put(Name name, Dot dot, byte[] content, Entry before, Entry after) throws StoreException {
    byte[] key = RocksCodec.valueKey(name, dot);
    change(name, before, after, batch -> batch.put(tables.handle(Table.VALUES), key, content));
  }

  /** Takes a key away with all of its values. */
  void remove(Name name, Entry before) throws StoreException {
    change(name, before, Entry.NONE, batch -> {});
  }

  private void change(Name name, Entry before, Entry after, Addition addition)
      throws StoreException {
    try (WriteBatch batch = new WriteBatch()) {
      for (Version version : before.versions()) {
        if (after.versions().find(version.dot()).isEmpty()) {
          batch.delete(tables.handle(Table.VALUES), RocksCodec.valueKey(name, version.dot()));
        }
      }
      addition.to(batch);
      catalog.put(batch, name, before, after);
      write(batch, () -> catalog.settle(name, before, after));
      catalog.applied(before, after);
    } catch (IOException | RocksDBException e) {
      throw failed(e);
    }
  }

  /**
   * Adds or replaces a note.
   *
   * @param keyBytes its key in the table
   * @param content is copied
   */
  void putNote(String key, byte[] keyBytes, byte[] content) throws StoreException {
    changeNote(key, batch -> batch.put(tables.handle(Table.NOTES), keyBytes, content));
    catalog.notes().put(key, content.clone());
  }

  /** Takes a note away. */
  void removeNote(String key, byte[] keyBytes) throws StoreException {
    changeNote(key, batch -> batch.delete(tables.handle(Table.NOTES), keyBytes));
    catalog.notes().remove(key);
  }

  private void changeNote(String key, Addition addition) throws StoreException {
    try (WriteBatch batch = new WriteBatch()) {
      addition.to(batch);
      write(batch, () -> catalog.settleNote(key));
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private void write(WriteBatch batch, RocksRecovery.Settling settling) throws StoreException {
    try {
      recovery.write(batch, settling);
    } catch (StoreException e) {
      // A compaction has met damage, and RocksDB takes no changes since.
      catalog.foundBy(e);
      throw e;
    }
  }

  /** Not even the batch could be made. */
  private StoreException failed(Exception cause) {
    reporter.failed("writing RocksDB", cause);
    return new StoreException("the store takes no changes: " + reporter.failure(), cause);
  }
}
