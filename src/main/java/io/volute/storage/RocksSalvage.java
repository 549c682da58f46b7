package io.volute.storage;

import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Makes a database of RocksDB anew of what can be read of a damaged one, before the store is
 * opened: keys with their versions, values, notes. What is derived of them is made anew as well. A
 * value that can't be read is missing afterwards, which a read reports for others to bring, or the
 * scrub that follows; keys or notes that can't be are lost, and the store says of itself that it is
 * damaged.
 *
 * <p>What was there stays as it is until the new one is whole and durable. A crash at any moment
 * leaves one of them in its place.
 */
final class RocksSalvage {
  /** Made while the store is open and damage is met: the next start has to do this. */
  static final String MARKER = "ROCKS-DAMAGED";

  /** In the new database, when something is lost, until the store has begun a new life. */
  static final byte[] LOST_KEY = RocksCodec.ownKey("lost");

  /** There when values are lost, until a scrub that tells which has begun. */
  static final byte[] SCRUB_KEY = RocksCodec.ownKey("scrub");

  private static final String MENDED = "rocks.mended";
  private static final String DAMAGED = "rocks.damaged";

  /** Where the damaged one stays when not all of it could be read; the operator deletes it. */
  private static final String UNREADABLE = "rocks.unreadable";

  private static final int BATCH_BYTES = 1 << 20;
  private static final System.Logger LOG = System.getLogger(RocksSalvage.class.getName());

  private final RocksTables from;
  private final RocksTables to;
  private WriteBatch batch = new WriteBatch();
  private long keys;
  private long lostValues;

  private RocksSalvage(RocksTables from, RocksTables to) {
    this.from = from;
    this.to = to;
  }

  /** Makes the next start do it. Damage that is found there without this is mended as well. */
  static void want(Disk disk, String problem) {
    try {
      if (!disk.exists(MARKER)) {
        AtomicFile.write(disk, "", MARKER, (problem + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "that RocksDB is damaged can''t be noted for the next start: {0}",
          e.getMessage());
    }
  }

  static boolean isWanted(Path store) {
    return Files.exists(store.resolve(MARKER));
  }

  /** Ends what a crash has cut short. */
  static void finish(Path store) throws IOException {
    Path place = store.resolve(RocksTables.DIRECTORY);
    Path mended = store.resolve(MENDED);
    if (Files.exists(mended) && !Files.exists(place)) {
      Files.move(mended, place);
      Files.deleteIfExists(store.resolve(MARKER));
      RealDisk.syncDirectory(store);
    }
    deleteAll(mended);
    deleteAll(store.resolve(DAMAGED));
  }

  private static void deleteAll(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Does it.
   *
   * @param problem why
   * @throws StoreException when nothing can be read of it; it stays as it is
   */
  static void run(Path store, String problem) throws IOException, StoreException {
    LOG.log(
        System.Logger.Level.ERROR,
        "{0} is damaged, and is made anew of what can be read of it: {1}",
        RocksTables.DIRECTORY,
        problem);
    deleteAll(store.resolve(MENDED));
    Path place = store.resolve(RocksTables.DIRECTORY);
    Path aside = store.resolve(DAMAGED);
    try (RocksTables from = RocksTables.openToSalvage(place);
        RocksTables to = RocksTables.open(store.resolve(MENDED))) {
      if (new RocksSalvage(from, to).copy()) {
        aside = store.resolve(UNREADABLE);
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} is kept as {1}: to be deleted once others have sent what is lost",
            RocksTables.DIRECTORY,
            UNREADABLE);
      }
    }
    deleteAll(aside);
    Files.move(place, aside);
    RealDisk.syncDirectory(store);
    finish(store);
  }

  /** Returns whether keys or notes are lost. */
  private boolean copy() throws IOException {
    try {
      copyFormat();
      int stretches = new RocksWalk(from, Table.NOTES).run(this::copyNote);
      stretches += new RocksWalk(from, Table.VERSIONS).run(this::copyKey);
      boolean lost = stretches > 0 || from.isEndDamaged();
      if (lost) {
        batch.put(to.handle(Table.NOTES), LOST_KEY, new byte[0]);
      }
      if (lostValues > 0) {
        put(Table.NOTES, SCRUB_KEY, new byte[0]);
      }
      write(true);
      LOG.log(
          System.Logger.Level.ERROR,
          "{0} keys of RocksDB are kept; lost are {1} values and {2} stretches of keys or notes",
          Long.toString(keys),
          Long.toString(lostValues),
          Integer.toString(stretches));
      return lost;
    } catch (RocksDBException e) {
      throw new IOException("RocksDB can't be made anew: " + e.getMessage(), e);
    } finally {
      batch.close();
    }
  }

  private void copyFormat() throws IOException {
    byte[] format = RocksCatalog.format();
    try {
      Optional<byte[]> found = from.get(Table.NOTES, RocksCatalog.FORMAT_KEY);
      if (found.isEmpty()) {
        return;
      }
      format = found.get();
    } catch (DamagedTableException e) {
      LOG.log(System.Logger.Level.ERROR, "its format is taken for this one: {0}", e.getMessage());
    }
    put(Table.NOTES, RocksCatalog.FORMAT_KEY, format);
  }

  private void copyNote(byte[] key, byte[] content) throws IOException {
    // The others say what the sums are of, which are made anew, and how the store was left.
    if (RocksCodec.isNote(key) || Arrays.equals(key, LOST_KEY) || Arrays.equals(key, SCRUB_KEY)) {
      put(Table.NOTES, key, content);
    }
  }

  private void copyKey(byte[] utf8, byte[] content) throws IOException {
    Optional<Name> name = Name.of(utf8);
    try {
      RocksCodec.Entry entry = RocksCodec.read(content);
      for (byte[] key : TreeKeys.of(name.orElseThrow(), entry.versions())) {
        put(Table.TREE, key, new byte[0]);
      }
      for (Version version : entry.versions()) {
        copyValue(RocksCodec.valueKey(name.orElseThrow(), version.dot()));
      }
    } catch (MalformedRecordException e) {
      throw new IOException("the versions of key '" + name + "' are malformed", e);
    }
    put(Table.VERSIONS, utf8, content);
    keys++;
  }

  private void copyValue(byte[] key) throws IOException {
    try {
      Optional<byte[]> value = from.get(Table.VALUES, key);
      if (value.isPresent()) {
        put(Table.VALUES, key, value.get());
        return;
      }
    } catch (DamagedTableException e) {
      LOG.log(System.Logger.Level.DEBUG, "a value is lost: {0}", e.getMessage());
    }
    lostValues++;
  }

  private void put(Table table, byte[] key, byte[] content) throws IOException {
    try {
      batch.put(to.handle(table), key, content);
    } catch (RocksDBException e) {
      throw new IOException("RocksDB can't be made anew: " + e.getMessage(), e);
    }
    if (batch.getDataSize() >= BATCH_BYTES) {
      write(false);
    }
  }

  private void write(boolean durably) throws IOException {
    if (durably) {
      to.writeDurably(batch);
    } else {
      to.write(batch);
    }
    batch.clear();
  }
}
