package io.volute.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** The order of the hash tree in RocksDB: changes go into the batch of the change under way. */
final class RocksOrder implements KeyOrder {
  private static final byte[] NOTHING = {};

  private final RocksTables tables;

  /** Set around each change. */
  private WriteBatch batch;

  RocksOrder(RocksTables tables) {
    this.tables = tables;
  }

  /** From now on changes go there. */
  void into(WriteBatch changes) {
    batch = changes;
  }

  @Override
  public void add(byte[] key) throws IOException {
    try {
      batch.put(tables.handle(RocksTables.Table.TREE), key, NOTHING);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void remove(byte[] key) throws IOException {
    try {
      batch.delete(tables.handle(RocksTables.Table.TREE), key);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public List<byte[]> range(byte[] lowest, byte[] below, int limit) {
    List<byte[]> range = new ArrayList<>();
    try (RocksIterator iterator = tables.iterate(RocksTables.Table.TREE)) {
      iterator.seek(lowest);
      while (range.size() < limit && iterator.isValid()) {
        byte[] key = iterator.key();
        if (Arrays.compareUnsigned(key, below) >= 0) {
          return range;
        }
        range.add(key);
        iterator.next();
      }
      RocksTables.check(iterator);
      return range;
    } catch (IOException e) {
      // Nothing makes it anew while the store is open.
      throw new DamagedIndexException("the order of keys can't be read: " + e.getMessage(), e);
    }
  }
}
