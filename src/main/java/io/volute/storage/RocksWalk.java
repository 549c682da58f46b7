package io.volute.storage;

import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.rocksdb.RocksIterator;

/**
 * Goes through a table from front to end and passes over what can't be read of it. RocksDB's
 * iterator ends at damage and does not say where the next readable key is, so that is searched: a
 * seek into what is damaged fails, one to behind it does not. What lies in a damaged stretch is
 * passed over in all files, so nothing older comes up in the place of what is lost.
 */
final class RocksWalk {
  /**
   * Each takes a seek; two keys that are alike in more bytes behind the damage are lost with it.
   */
  private static final int SEARCHED_BYTES = 8;

  private final RocksTables tables;
  private final Table table;

  RocksWalk(RocksTables tables, Table table) {
    this.tables = tables;
    this.table = table;
  }

  /** Is told of each entry. */
  interface Visitor {
    void visit(byte[] key, byte[] content) throws IOException;
  }

  /**
   * Visits all that can be read, in order.
   *
   * @return how many stretches can't be
   */
  int run(Visitor visitor) throws IOException {
    int damaged = 0;
    Optional<byte[]> from = Optional.of(new byte[0]);
    while (from.isPresent()) {
      byte[] last = from.get();
      try (RocksIterator iterator = tables.iterate(table)) {
        for (iterator.seek(last); iterator.isValid(); iterator.next()) {
          last = iterator.key();
          visitor.visit(last, iterator.value());
          last = TreeKeys.behind(last);
        }
        RocksTables.check(iterator);
        return damaged;
      } catch (DamagedTableException e) {
        damaged++;
        from = behindDamage(last);
      }
    }
    return damaged;
  }

  /** The place behind damage that begins at or after another place; empty when it is the end. */
  private Optional<byte[]> behindDamage(byte[] at) throws IOException {
    byte[] bad = at;
    for (int length = at.length; length >= 0; length--) {
      Optional<byte[]> candidate = behindAll(at, length);
      if (candidate.isPresent()) {
        if (isReadable(candidate.get())) {
          return Optional.of(narrowed(bad, candidate.get()));
        }
        bad = candidate.get();
      }
    }
    byte[] top = new byte[at.length + 1];
    Arrays.fill(top, (byte) -1);
    return isReadable(top) ? Optional.of(narrowed(bad, top)) : Optional.empty();
  }

  /** The first of those that are greater than all that begin with the first bytes of a key. */
  private static Optional<byte[]> behindAll(byte[] key, int length) {
    if (length == 0 || key[length - 1] == -1) {
      return Optional.empty();
    }
    byte[] behind = Arrays.copyOf(key, length);
    behind[length - 1]++;
    return Optional.of(behind);
  }

  /** Whether there is no damage from there up to the next key. */
  private boolean isReadable(byte[] from) throws IOException {
    try (RocksIterator iterator = tables.iterate(table)) {
      iterator.seek(from);
      RocksTables.check(iterator);
      return true;
    } catch (DamagedTableException e) {
      return false;
    }
  }

  /** Halves what lies between a place that can't be read and one that can. */
  private byte[] narrowed(byte[] bad, byte[] good) throws IOException {
    int alike = Arrays.mismatch(bad, good);
    int bytes = Math.max(0, alike) + SEARCHED_BYTES;
    BigInteger low = number(bad, bytes);
    BigInteger high = number(good, bytes);
    byte[] found = good;
    while (high.subtract(low).compareTo(BigInteger.ONE) > 0) {
      BigInteger middle = low.add(high).shiftRight(1);
      byte[] key = key(middle, bytes);
      if (isReadable(key)) {
        high = middle;
        found = key;
      } else {
        low = middle;
      }
    }
    return found;
  }

  private static BigInteger number(byte[] key, int bytes) {
    return new BigInteger(1, Arrays.copyOf(key, bytes));
  }

  private static byte[] key(BigInteger number, int bytes) {
    byte[] magnitude = number.toByteArray();
    byte[] key = new byte[bytes];
    int length = Math.min(bytes, magnitude.length);
    System.arraycopy(magnitude, magnitude.length - length, key, bytes - length, length);
    return key;
  }
}
