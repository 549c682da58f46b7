package io.volute.storage;

import io.volute.record.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what belongs to a key on the heap. It is a thousand tables, since a table that grows copies
 * all that is in it: of one in a thousand keys at a time nobody notices that. Names chosen to have
 * the same hash cost a comparison for each doubling of their number.
 *
 * <p>It can't be iterated: its order would mean nothing. For one thread.
 *
 * @param <T> what belongs to a key
 */
final class KeyTable<T> {
  private static final int TABLE_BITS = 10;

  /** Spreads the hashes of names that differ in their last bytes only (Knuth: TAOCP 3, 6.4). */
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private final List<Map<Name, T>> tables = new ArrayList<>(1 << TABLE_BITS);
  private int size;

  KeyTable() {
    for (int i = 0; i < 1 << TABLE_BITS; i++) {
      tables.add(new HashMap<>());
    }
  }

  private Map<Name, T> tableOf(Name name) {
    return tables.get(name.hashCode() * GOLDEN_RATIO >>> (Integer.SIZE - TABLE_BITS));
  }

  /** What belongs to a key, or this instead. */
  T getOrDefault(Name name, T absent) {
    return tableOf(name).getOrDefault(name, absent);
  }

  /** Whether a key is new by it. */
  boolean put(Name name, T value) {
    boolean isNew = tableOf(name).put(name, value) == null;
    size += isNew ? 1 : 0;
    return isNew;
  }

  /** What belonged to the key. */
  Optional<T> remove(Name name) {
    Optional<T> removed = Optional.ofNullable(tableOf(name).remove(name));
    size -= removed.isPresent() ? 1 : 0;
    return removed;
  }

  int size() {
    return size;
  }
}
