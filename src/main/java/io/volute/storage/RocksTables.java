package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A RocksDB database with the five tables of a {@link RocksStore}. Opened, read, written and closed
 * by the kernel thread; {@link #sync}, {@link #verify} and {@link #copyTo} are for any thread.
 */
final class RocksTables implements AutoCloseable {
  /** Where it is, below the store's directory. */
  static final String DIRECTORY = "rocks";

  private static final long CACHE_BYTES = 64L << 20;

  /** What all tables together hold in memory before it becomes files. */
  private static final long WRITE_BUFFER_BYTES = 64L << 20;

  private static final int FILTER_BITS = 10;

  /** RocksDB's own operator for sums of 64 bits. */
  private static final String ADDING_UP = "uint64add";

  private static final int INFO_LOGS = 3;
  private static final long INFO_LOG_BYTES = 4L << 20;

  /** The tables; names on the disk are those of the constants in small letters. */
  enum Table {
    /** Key's name → its versions, each with where its value is. */
    VERSIONS,
    /** Name and dot → value, or which blob has it. */
    VALUES,
    /** The order of the hash tree, see {@link TreeKeys}. */
    TREE,
    /** Notes, and what the store says of itself. */
    NOTES,
    /** What {@link RocksSums} keeps; writes to it are merged. */
    SUMS
  }

  /** What opening it is for; one that was there before must not be made anew, empty. */
  private enum Access {
    CREATE,
    WRITE,
    READ
  }

  private static final System.Logger LOG = System.getLogger(RocksTables.class.getName());

  private final Path directory;

  /** Read by those who use it on other threads than that which opens it anew. */
  private final ReadWriteLock others = new ReentrantReadWriteLock();

  /** Changed by the kernel thread only, with the write lock; null when it could not be reopened. */
  private Opened opened;

  /** What was written: once opened anew it must not hold less. */
  private long leastSequence;

  /**
   * An open database.
   *
   * @param endDamaged whether its log was read up to a damaged place only
   */
  private record Opened(
      RocksDB database,
      List<ColumnFamilyHandle> handles,
      List<AutoCloseable> owned,
      boolean endDamaged) {
    void close() {
      handles.forEach(ColumnFamilyHandle::close);
      database.close();
      RocksTables.close(owned);
    }
  }

  private RocksTables(Path directory, Opened opened) {
    this.directory = directory;
    this.opened = opened;
  }

  /**
   * Opens or makes it.
   *
   * @throws StoreException when it can't be opened as it is: RocksDB's reason is in it
   */
  static RocksTables open(Path directory) throws StoreException {
    try {
      // The end of the last log may be cut short by a crash.
      return new RocksTables(
          directory, open(directory, WALRecoveryMode.TolerateCorruptedTailRecords, Access.CREATE));
    } catch (RocksDBException e) {
      if (!isCorruption(e)) {
        throw cantOpen(directory, e);
      }
      LOG.log(
          System.Logger.Level.ERROR,
          "{0}: its log is damaged, and is read up to there only: {1}",
          directory,
          e.getMessage());
    }
    try {
      // After a loss of power the end may be torn as well: of what was not synced some sectors are
      // there and others not. Whether that was all can't be told, so others have to be asked.
      return new RocksTables(
          directory, open(directory, WALRecoveryMode.PointInTimeRecovery, Access.CREATE));
    } catch (RocksDBException e) {
      throw cantOpen(directory, e);
    }
  }

  private static boolean isCorruption(RocksDBException cause) {
    return cause.getStatus() != null && cause.getStatus().getCode() == Status.Code.Corruption;
  }

  private static StoreException cantOpen(Path directory, Exception cause) {
    return new StoreException("RocksDB can't open " + directory + ": " + cause.getMessage(), cause);
  }

  /**
   * Opens it anew after a failed write or sync: what it had in memory only is read back from its
   * log and becomes files, which it syncs.
   *
   * @return false when it can't be written now, or is in use by a scrub or a backup; it can be read
   * @throws StoreException when something that was written is gone
   */
  boolean reopen() throws StoreException {
    if (!others.writeLock().tryLock()) {
      return false;
    }
    try {
      leastSequence = Math.max(leastSequence, opened().database().getLatestSequenceNumber());
      close();
      boolean writable = true;
      try {
        opened = open(directory, WALRecoveryMode.TolerateCorruptedTailRecords, Access.WRITE);
      } catch (RocksDBException e) {
        writable = false;
        LOG.log(System.Logger.Level.WARNING, "RocksDB is read only for now: {0}", e.getMessage());
        opened = openToRead(directory);
      }
      if (opened().database().getLatestSequenceNumber() < leastSequence) {
        throw new StoreException("what was written to " + directory + " can't be read back whole");
      }
      return writable;
    } finally {
      others.writeLock().unlock();
    }
  }

  private static Opened openToRead(Path directory) throws StoreException {
    try {
      return open(directory, WALRecoveryMode.TolerateCorruptedTailRecords, Access.READ);
    } catch (RocksDBException e) {
      throw cantOpen(directory, e);
    }
  }

  private static Opened open(Path directory, WALRecoveryMode mode, Access access)
      throws RocksDBException, StoreException {
    boolean endDamaged = mode == WALRecoveryMode.PointInTimeRecovery;
    List<AutoCloseable> owned = new ArrayList<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      RocksDB.loadLibrary();
      RealDisk.createDirectories(directory);
      Cache cache = own(owned, new LRUCache(CACHE_BYTES));
      DBOptions options =
          own(owned, new DBOptions())
              .setCreateIfMissing(access == Access.CREATE)
              .setCreateMissingColumnFamilies(access == Access.CREATE)
              .setDbWriteBufferSize(WRITE_BUFFER_BYTES)
              .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
              .setKeepLogFileNum(INFO_LOGS)
              .setMaxLogFileSize(INFO_LOG_BYTES)
              .setWalRecoveryMode(mode);
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      families.add(
          new ColumnFamilyDescriptor(
              RocksDB.DEFAULT_COLUMN_FAMILY, own(owned, new ColumnFamilyOptions())));
      for (Table table : Table.values()) {
        BlockBasedTableConfig blocks =
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(own(owned, new BloomFilter(FILTER_BITS)));
        ColumnFamilyOptions family =
            own(owned, new ColumnFamilyOptions()).setTableFormatConfig(blocks);
        if (table == Table.SUMS) {
          family.setMergeOperatorName(ADDING_UP);
        }
        families.add(
            new ColumnFamilyDescriptor(
                table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII), family));
      }
      String place = directory.toString();
      RocksDB opened =
          access == Access.READ
              ? RocksDB.openReadOnly(options, place, families, handles)
              : RocksDB.open(options, place, families, handles);
      return new Opened(opened, handles, owned, endDamaged);
    } catch (RocksDBException e) {
      close(owned);
      throw e;
    } catch (IOException e) {
      close(owned);
      throw cantOpen(directory, e);
    }
  }

  private static <T extends AutoCloseable> T own(List<AutoCloseable> owned, T one) {
    owned.add(one);
    return one;
  }

  /** Whether the log was read up to a damaged place only, so that what was behind it is lost. */
  boolean isEndDamaged() {
    return opened().endDamaged();
  }

  ColumnFamilyHandle handle(Table table) {
    return opened().handles().get(1 + table.ordinal());
  }

  Optional<byte[]> get(Table table, byte[] key) throws IOException {
    try {
      return Optional.ofNullable(opened().database().get(handle(table), key));
    } catch (RocksDBException e) {
      throw failed("reading", e);
    }
  }

  /** Hands changes to the operating system, all or none; {@link #sync} makes them durable. */
  void write(WriteBatch batch) throws IOException {
    write(batch, false);
  }

  /** The same, and durable on return. */
  void writeDurably(WriteBatch batch) throws IOException {
    write(batch, true);
  }

  private void write(WriteBatch batch, boolean sync) throws IOException {
    try (WriteOptions options = new WriteOptions().setSync(sync)) {
      opened().database().write(options, batch);
    } catch (RocksDBException e) {
      throw failed("writing", e);
    }
  }

  void sync() throws IOException {
    others.readLock().lock();
    try {
      opened().database().syncWal();
    } catch (RocksDBException e) {
      throw failed("syncing", e);
    } finally {
      others.readLock().unlock();
    }
  }

  /** An iterator over a table, before its first entry; to be closed. */
  RocksIterator iterate(Table table) {
    return opened().database().newIterator(handle(table));
  }

  /** Ends a walk with an iterator that says it has no more: was that the end, or an error. */
  static void check(RocksIterator iterator) throws IOException {
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw failed("reading", e);
    }
  }

  /** Reads every block of every file and compares checksums. */
  void verify() throws IOException {
    others.readLock().lock();
    try {
      opened().database().verifyChecksum();
    } catch (RocksDBException e) {
      throw failed("checking", e);
    } finally {
      others.readLock().unlock();
    }
  }

  /** A copy as of now, by hard links where possible. */
  void copyTo(Path target) throws IOException {
    others.readLock().lock();
    try (Checkpoint checkpoint = Checkpoint.create(opened().database())) {
      checkpoint.createCheckpoint(target.toString());
    } catch (RocksDBException e) {
      throw failed("copying", e);
    } finally {
      others.readLock().unlock();
    }
  }

  private static IOException failed(String doing, RocksDBException cause) {
    return new IOException(doing + " RocksDB failed: " + cause.getMessage(), cause);
  }

  /** Its native part must not be reached once that is closed. */
  private Opened opened() {
    if (opened == null) {
      throw new DamagedIndexException(directory + " could not be opened anew, not even to be read");
    }
    return opened;
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }

  private static void close(List<AutoCloseable> owned) {
    for (AutoCloseable one : owned) {
      try {
        one.close();
      } catch (Exception e) {
        throw new AssertionError("closing native options can't fail", e);
      }
    }
  }
}
