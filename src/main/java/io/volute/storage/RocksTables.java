package io.volute.storage;

import io.volute.port.StoreException;
import io.volute.storage.RocksDatabase.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
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
    SUMS;

    /** Its name on the disk. */
    byte[] bytes() {
      return name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final System.Logger LOG = System.getLogger(RocksTables.class.getName());

  private final Path directory;

  /** Read by those who use it on other threads than that which opens it anew. */
  private final ReadWriteLock others = new ReentrantReadWriteLock();

  /** Of the store's directory, which is the one above; empty for what is opened to be salvaged. */
  private final Optional<CutMark> cut;

  /** Changed by the kernel thread only, with the write lock; null when it could not be reopened. */
  private RocksDatabase opened;

  /** Since something is damaged. */
  private boolean compactionStopped;

  /** What was written: once opened anew it must not hold less. */
  private long leastSequence;

  private RocksTables(Path directory, RocksDatabase opened, Optional<CutMark> cut) {
    this.directory = directory;
    this.opened = opened;
    this.cut = cut;
  }

  /**
   * Opens or makes it.
   *
   * @throws StoreException when it can't be opened as it is: RocksDB's reason is in it
   */
  static RocksTables open(Path directory) throws StoreException {
    try {
      CutMark cut = new CutMark(new RealDisk(directory.getParent()));
      try {
        return open(directory, WALRecoveryMode.AbsoluteConsistency, cut);
      } catch (RocksDBException e) {
        requireCorruption(directory, e);
      }
      cut.set();
      return openWithoutEnd(directory, cut);
    } catch (IOException e) {
      throw RocksDatabase.cantOpen(directory, e);
    }
  }

  private static RocksTables openWithoutEnd(Path directory, CutMark cut) throws StoreException {
    try {
      // The end of the last log may be cut short by a crash.
      return open(directory, WALRecoveryMode.TolerateCorruptedTailRecords, cut);
    } catch (RocksDBException e) {
      requireCorruption(directory, e);
      LOG.log(
          System.Logger.Level.ERROR,
          "{0}: its log is damaged, and is read up to there only: {1}",
          directory,
          e.getMessage());
    }
    try {
      // After a loss of power the end may be torn as well: of what was not synced some sectors are
      // there and others not. Whether that was all can't be told, so others have to be asked.
      return open(directory, WALRecoveryMode.PointInTimeRecovery, cut);
    } catch (RocksDBException e) {
      throw RocksDatabase.cantOpen(directory, e);
    }
  }

  private static RocksTables open(Path directory, WALRecoveryMode mode, CutMark cut)
      throws RocksDBException, StoreException {
    RocksDatabase database = RocksDatabase.open(directory, mode, Access.CREATE);
    return new RocksTables(directory, database, Optional.of(cut));
  }

  private static void requireCorruption(Path directory, RocksDBException cause)
      throws StoreException {
    if (!RocksDatabase.isCorruption(cause)) {
      throw RocksDatabase.cantOpen(directory, cause);
    }
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
      boolean writable = openToWrite();
      if (opened().database().getLatestSequenceNumber() < leastSequence) {
        throw new StoreException("what was written to " + directory + " can't be read back whole");
      }
      return writable;
    } finally {
      others.writeLock().unlock();
    }
  }

  private boolean openToWrite() throws StoreException {
    try {
      opened =
          RocksDatabase.open(
              directory,
              WALRecoveryMode.TolerateCorruptedTailRecords,
              Access.WRITE,
              !compactionStopped);
      return true;
    } catch (RocksDBException e) {
      LOG.log(System.Logger.Level.WARNING, "RocksDB is read only for now: {0}", e.getMessage());
    }
    try {
      opened = openToRead(directory);
      return false;
    } catch (RocksDBException e) {
      throw RocksDatabase.cantOpen(directory, e);
    }
  }

  /**
   * Opens what can be read of a database that may be damaged; it can't be written. Where files of
   * it are missing altogether its log counts as damaged, since that can't be told then.
   */
  static RocksTables openToSalvage(Path directory) throws StoreException {
    RocksDBException damage;
    try {
      return new RocksTables(directory, openToRead(directory), Optional.empty());
    } catch (RocksDBException e) {
      damage = e;
    }
    try {
      return new RocksTables(
          directory,
          RocksDatabase.open(directory, WALRecoveryMode.PointInTimeRecovery, Access.SALVAGE),
          Optional.empty());
    } catch (RocksDBException e) {
      e.addSuppressed(damage);
      throw RocksDatabase.cantOpen(directory, e);
    }
  }

  /** Takes a table away with all of its files and begins it anew, empty. */
  void remake(Table table) throws IOException {
    try {
      opened().remake(table);
    } catch (RocksDBException e) {
      throw failed("writing", e);
    }
  }

  /** From now on no file is rewritten, which would end in an error where one is damaged. */
  void stopCompaction() {
    compactionStopped = true;
    try {
      opened().stopCompaction();
    } catch (RocksDBException e) {
      LOG.log(System.Logger.Level.WARNING, "RocksDB goes on compacting: {0}", e.getMessage());
    }
  }

  /** Whether what is said of a damaged file is about one of this table. */
  boolean isAbout(Table table, String problem) {
    return opened().database().getLiveFilesMetaData().stream()
        .filter(file -> Arrays.equals(file.columnFamilyName(), table.bytes()))
        .anyMatch(file -> problem.contains(file.fileName()));
  }

  private static RocksDatabase openToRead(Path directory) throws RocksDBException, StoreException {
    return RocksDatabase.open(directory, WALRecoveryMode.TolerateCorruptedTailRecords, Access.READ);
  }

  /** Whether the log was read up to a damaged place only, so that what was behind it is lost. */
  boolean isEndDamaged() {
    return opened().endDamaged();
  }

  /** Whether the log's end was left out at this start, or at one that got no further. */
  boolean isEndCut() {
    return cut.filter(CutMark::isSet).isPresent();
  }

  /** Another life has begun, and that is durable. */
  void forgetCut() {
    cut.ifPresent(CutMark::clear);
  }

  ColumnFamilyHandle handle(Table table) {
    return opened().handle(table);
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
    String problem = doing + " RocksDB failed: " + cause.getMessage();
    return RocksDatabase.isCorruption(cause)
        ? new DamagedTableException(problem, cause)
        : new IOException(problem, cause);
  }

  /** Its native part must not be reached once that is closed. */
  private RocksDatabase opened() {
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
}
