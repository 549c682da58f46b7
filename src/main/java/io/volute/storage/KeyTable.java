package io.volute.storage;

import io.volute.hashing.Partitions;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what belongs to a key on the heap. It is a table for each partition, since a table that
 * grows copies all that is in it: of one in a thousand keys at a time nobody notices that. Names
 * chosen to have the same hash cost a comparison for each doubling of their number.
 *
 * <p>It can't be iterated: its order would mean nothing. For one thread.
 *
 * @param <T> what belongs to a key
 */
final class KeyTable<T> {
  private final List<Map<Name, T>> partitions = new ArrayList<>(Partitions.COUNT);
  private int size;

  KeyTable() {
    for (int i = 0; i < Partitions.COUNT; i++) {
      partitions.add(new HashMap<>());
    }
  }

  private Map<Name, T> partitionOf(Name name) {
    return partitions.get(Partitions.of(name));
  }

  /** What belongs to a key, or this instead. */
  T getOrDefault(Name name, T absent) {
    return partitionOf(name).getOrDefault(name, absent);
  }

  /** Whether a key is new by it. */
  boolean put(Name name, T value) {
    boolean isNew = partitionOf(name).put(name, value) == null;
    size += isNew ? 1 : 0;
    return isNew;
  }

  /** What belonged to the key. */
  Optional<T> remove(Name name) {
    Optional<T> removed = Optional.ofNullable(partitionOf(name).remove(name));
    size -= removed.isPresent() ? 1 : 0;
    return removed;
  }

  int size() {
    return size;
  }
}
