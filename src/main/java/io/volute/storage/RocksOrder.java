package io.volute.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** The order of the hash tree in RocksDB: changes go into the batch of the change under way. */
final class RocksOrder implements KeyOrder {
  private static final byte[] NOTHING = {};

  private final RocksTables tables;

  /** Set around each change. */
  private WriteBatch batch;

  /** Why not all keys can be told by it; empty when they can. */
  private Optional<String> damage = Optional.empty();

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
  public List<byte[]> range(byte[] lowest, byte[] below, int limit) throws IOException {
    if (damage.isPresent()) {
      throw new IOException(damage.get());
    }
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
    } catch (DamagedTableException e) {
      distrust(e.getMessage());
      throw e;
    }
  }

  /** Until it is made anew it tells nothing. */
  void distrust(String problem) {
    damage = Optional.of(problem);
  }

  /** It holds all keys. */
  void trust() {
    damage = Optional.empty();
  }

  boolean isDamaged() {
    return damage.isPresent();
  }
}
