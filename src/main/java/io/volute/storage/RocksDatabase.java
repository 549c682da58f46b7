package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;

/**
 * A database of RocksDB that is open, with what is native of it: nothing of that may be reached
 * once it is closed.
 *
 * @param families how its tables are made, RocksDB's own default first
 * @param handles of the same
 * @param owned closed last
 * @param endDamaged whether its log was read up to a damaged place only
 */
record RocksDatabase(
    RocksDB database,
    List<ColumnFamilyDescriptor> families,
    List<ColumnFamilyHandle> handles,
    List<AutoCloseable> owned,
    boolean endDamaged) {
  private static final long CACHE_BYTES = 64L << 20;

  /** What all tables together hold in memory before it becomes files. */
  private static final long WRITE_BUFFER_BYTES = 64L << 20;

  private static final int FILTER_BITS = 10;

  /** RocksDB's own operator for sums of 64 bits. */
  private static final String ADDING_UP = "uint64add";

  private static final int INFO_LOGS = 3;
  private static final long INFO_LOG_BYTES = 4L << 20;

  /** What opening it is for; one that was there before must not be made anew, empty. */
  enum Access {
    CREATE,
    WRITE,
    READ,
    /** Reading what can be read, of files that may be damaged or missing. */
    SALVAGE
  }

  static RocksDatabase open(Path directory, WALRecoveryMode mode, Access access)
      throws RocksDBException, StoreException {
    return open(directory, mode, access, true);
  }

  /**
   * The same.
   *
   * @param compacts whether files are rewritten in the background
   */
  static RocksDatabase open(Path directory, WALRecoveryMode mode, Access access, boolean compacts)
      throws RocksDBException, StoreException {
    boolean endDamaged = mode == WALRecoveryMode.PointInTimeRecovery;
    List<AutoCloseable> owned = new ArrayList<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      RocksDB.loadLibrary();
      RealDisk.createDirectories(directory);
      DBOptions options =
          own(owned, new DBOptions())
              .setCreateIfMissing(access == Access.CREATE)
              .setCreateMissingColumnFamilies(access == Access.CREATE)
              .setParanoidChecks(access != Access.SALVAGE)
              .setDbWriteBufferSize(WRITE_BUFFER_BYTES)
              .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
              .setKeepLogFileNum(INFO_LOGS)
              .setMaxLogFileSize(INFO_LOG_BYTES)
              .setWalRecoveryMode(mode);
      List<ColumnFamilyDescriptor> families = families(owned);
      families.forEach(one -> one.getOptions().setDisableAutoCompactions(!compacts));
      String place = directory.toString();
      RocksDB opened =
          access == Access.READ || access == Access.SALVAGE
              ? RocksDB.openReadOnly(options, place, families, handles)
              : RocksDB.open(options, place, families, handles);
      return new RocksDatabase(opened, families, handles, owned, endDamaged);
    } catch (RocksDBException e) {
      close(owned);
      throw e;
    } catch (IOException e) {
      close(owned);
      throw cantOpen(directory, e);
    }
  }

  private static List<ColumnFamilyDescriptor> families(List<AutoCloseable> owned) {
    Cache cache = own(owned, new LRUCache(CACHE_BYTES));
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(
        new ColumnFamilyDescriptor(
            RocksDB.DEFAULT_COLUMN_FAMILY, own(owned, new ColumnFamilyOptions())));
    for (RocksTables.Table table : RocksTables.Table.values()) {
      BlockBasedTableConfig blocks =
          new BlockBasedTableConfig()
              .setBlockCache(cache)
              .setFilterPolicy(own(owned, new BloomFilter(FILTER_BITS)));
      ColumnFamilyOptions family =
          own(owned, new ColumnFamilyOptions()).setTableFormatConfig(blocks);
      if (table == RocksTables.Table.SUMS) {
        family.setMergeOperatorName(ADDING_UP);
      }
      families.add(new ColumnFamilyDescriptor(table.bytes(), family));
    }
    return families;
  }

  private static <T extends AutoCloseable> T own(List<AutoCloseable> owned, T one) {
    owned.add(one);
    return one;
  }

  static boolean isCorruption(Throwable cause) {
    return cause instanceof RocksDBException known
        && known.getStatus() != null
        && known.getStatus().getCode() == Status.Code.Corruption;
  }

  static StoreException cantOpen(Path directory, Exception cause) {
    return new StoreException("RocksDB can't open " + directory + ": " + cause.getMessage(), cause);
  }

  ColumnFamilyHandle handle(RocksTables.Table table) {
    return handles.get(place(table));
  }

  private static int place(RocksTables.Table table) {
    return 1 + table.ordinal();
  }

  /** Takes a table away with its files, of which nothing is read, and begins it anew, empty. */
  void remake(RocksTables.Table table) throws RocksDBException {
    int place = place(table);
    ColumnFamilyHandle former = handles.get(place);
    database.dropColumnFamily(former);
    handles.set(place, database.createColumnFamily(families.get(place)));
    former.close();
  }

  /** No file is rewritten from now on, which would end in an error where one is damaged. */
  void stopCompaction() throws RocksDBException {
    MutableColumnFamilyOptions stopped =
        MutableColumnFamilyOptions.builder().setDisableAutoCompactions(true).build();
    for (ColumnFamilyHandle handle : handles) {
      database.setOptions(handle, stopped);
    }
  }

  void close() {
    handles.forEach(ColumnFamilyHandle::close);
    database.close();
    close(owned);
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
