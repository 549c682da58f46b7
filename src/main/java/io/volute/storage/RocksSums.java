package io.volute.storage;

import io.volute.hashing.DigestKey;
import io.volute.hashing.Partitions;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import io.volute.storage.RocksCodec.Entry;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The totals of a {@link RocksStore} and the sums of its hash tree, kept in the database beside the
 * keys. What a change adds to them is in the same batch as the change, so they are right after a
 * kill as well, and no start has to go through the keys. A row is a sum that RocksDB adds up
 * itself, modulo 2⁶⁴; there is one for each leaf of the tree, mirror count and digest key.
 *
 * <p>For the kernel thread.
 */
final class RocksSums {
  /** Which digest keys there are rows of; without it the rows count for nothing. */
  private static final byte[] WHOLE_KEY = RocksCodec.ownKey("sums");

  private static final byte BYTES_ROW = 0;

  /** Mirror count (2), partition (2): how many keys. */
  private static final byte COUNT_ROW = 1;

  /** Fingerprint of the digest key (8), mirror count (2), partition (2), leaf (1): their sum. */
  private static final byte LEAF_ROW = 2;

  /** Rows that are gathered, when all keys are counted, before they are written. */
  private static final int MAX_GATHERED = 64 << 10;

  private final RocksTables tables;
  private final List<DigestKey> digestKeys;

  /** What a change that is not written yet adds to rows. */
  private final Map<ByteBuffer, Long> gathered = new LinkedHashMap<>();

  RocksSums(RocksTables tables, List<DigestKey> digestKeys) {
    this.tables = tables;
    this.digestKeys = DigestKey.checked(digestKeys);
  }

  /**
   * What the rows say.
   *
   * @param bytes of all values
   */
  record Read(KeyedSums sums, long bytes) {}

  /** Adds to a batch what a change of a key makes of the sums. */
  void change(WriteBatch batch, Name name, Entry before, Entry after) throws RocksDBException {
    gather(name, before, -1);
    gather(name, after, 1);
    writeGathered(batch);
  }

  private void gather(Name name, Entry entry, int times) {
    VersionSet versions = entry.versions();
    if (versions.isEmpty()) {
      return;
    }
    long hash = Partitions.hashOf(name);
    short width = (short) MirrorRange.widthOf(versions.mirrors().orElseThrow());
    add(row(BYTES_ROW, 0), times * entry.valueBytes());
    ByteBuffer count = row(COUNT_ROW, 2 * Short.BYTES);
    add(count.putShort(width).putShort((short) Partitions.of(hash)), times);
    for (DigestKey key : digestKeys) {
      ByteBuffer leaf = row(LEAF_ROW, Long.BYTES + 2 * Short.BYTES + 1);
      leaf.putLong(key.fingerprint()).putShort(width).putShort((short) Partitions.of(hash));
      add(leaf.put((byte) Partitions.leafOf(hash)), times * key.ofKey(hash, versions));
    }
  }

  private static ByteBuffer row(byte kind, int bytes) {
    return ByteBuffer.allocate(1 + bytes).put(kind);
  }

  private void add(ByteBuffer row, long more) {
    gathered.merge(row.flip(), more, Long::sum);
  }

  private void writeGathered(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<ByteBuffer, Long> row : gathered.entrySet()) {
      if (row.getValue() != 0) {
        // The library's operator takes its numbers in this order.
        ByteBuffer more = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        more.putLong(row.getValue());
        batch.merge(tables.handle(Table.SUMS), row.getKey().array(), more.array());
      }
    }
    gathered.clear();
  }

  /** Whether there are rows by each of the digest keys; those by others are taken away. */
  boolean areWhole() throws IOException {
    List<Long> wanted = digestKeys.stream().map(DigestKey::fingerprint).toList();
    List<Long> kept = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(tables.get(Table.NOTES, WHOLE_KEY).orElse(new byte[0]));
    while (in.remaining() >= Long.BYTES) {
      kept.add(in.getLong());
    }
    if (kept.isEmpty() || !kept.containsAll(wanted)) {
      return false;
    }
    kept.removeAll(wanted);
    if (!kept.isEmpty()) {
      leaveBehind(kept);
    }
    return true;
  }

  /** Nobody keeps these up from now on. */
  private void leaveBehind(List<Long> fingerprints) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      for (long fingerprint : fingerprints) {
        byte[] first = row(LEAF_ROW, Long.BYTES).putLong(fingerprint).array();
        // Behind all mirror counts.
        byte[] end = row(LEAF_ROW, Long.BYTES + 1).putLong(fingerprint).put((byte) -1).array();
        batch.deleteRange(tables.handle(Table.SUMS), first, end);
      }
      vouch(batch);
      tables.write(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void vouch(WriteBatch batch) throws RocksDBException {
    ByteBuffer kept = ByteBuffer.allocate(digestKeys.size() * Long.BYTES);
    digestKeys.forEach(key -> kept.putLong(key.fingerprint()));
    batch.put(tables.handle(Table.NOTES), WHOLE_KEY, kept.array());
  }

  /** Takes away all rows, which are then made of all keys by {@link #count}. */
  void begin() throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      distrust(batch);
      batch.deleteRange(
          tables.handle(Table.SUMS), new byte[] {BYTES_ROW}, new byte[] {LEAF_ROW + 1});
      tables.write(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Adds a key that is held. */
  void count(Name name, Entry entry) throws IOException {
    gather(name, entry, 1);
    if (gathered.size() >= MAX_GATHERED) {
      writeCounted(false);
    }
  }

  /** All keys are counted: from now on the rows count. */
  void end() throws IOException {
    writeCounted(true);
  }

  private void writeCounted(boolean whole) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      writeGathered(batch);
      if (whole) {
        vouch(batch);
      }
      tables.write(batch);
    } catch (RocksDBException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Lets the next start count all keys. */
  void distrust(WriteBatch batch) throws RocksDBException {
    batch.delete(tables.handle(Table.NOTES), WHOLE_KEY);
  }

  /** Reads the rows, of which there are as many as leaves, however many keys there are. */
  Read read() throws IOException {
    KeyedSums sums = KeyedSums.empty(digestKeys);
    long bytes = 0;
    // Rows of counts come before those of leaves, which are kept only where there are keys.
    try (RocksIterator iterator = tables.iterate(Table.SUMS)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        ByteBuffer row = ByteBuffer.wrap(iterator.key());
        long sum = ByteBuffer.wrap(iterator.value()).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte kind = row.get();
        if (kind == BYTES_ROW) {
          bytes = sum;
        } else if (sum != 0) {
          readInto(sums, kind, row, sum);
        }
      }
      RocksTables.check(iterator);
    }
    return new Read(sums, bytes);
  }

  private static void readInto(KeyedSums sums, byte kind, ByteBuffer row, long sum)
      throws IOException {
    if (kind == COUNT_ROW) {
      int width = row.getShort();
      long hash = Partitions.firstHashOf(row.getShort(), 0);
      for (long fingerprint : sums.fingerprints()) {
        sums.by(fingerprint).orElseThrow().sums().add(width, hash, (int) sum, 0);
      }
    } else if (kind == LEAF_ROW) {
      KeyedSums.Keyed by =
          sums.by(row.getLong()).orElseThrow(() -> new IOException("sums by another digest key"));
      int width = row.getShort();
      long hash = Partitions.firstHashOf(row.getShort(), Byte.toUnsignedInt(row.get()));
      by.sums().add(width, hash, 0, sum);
    } else {
      throw new IOException("a sum of an unknown kind " + kind);
    }
  }
}
