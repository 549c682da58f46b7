package io.volute.storage;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much of each segment the index still refers to. What it does not count, notes and removes, is
 * small. For the kernel thread only.
 */
final class LiveBytes {
  private final TreeMap<Integer, Long> bytes;

  LiveBytes() {
    this(new TreeMap<>());
  }

  /**
   * @param known by segment number
   */
  LiveBytes(SortedMap<Integer, Long> known) {
    bytes = new TreeMap<>(known);
  }

  void add(IndexEntry entry) {
    for (Location at : entry.locations()) {
      bytes.merge(at.segment(), (long) at.length(), Long::sum);
    }
  }

  void remove(IndexEntry entry) {
    for (Location at : entry.locations()) {
      bytes.merge(at.segment(), (long) -at.length(), Long::sum);
    }
  }

  long of(int segment) {
    return bytes.getOrDefault(segment, 0L);
  }

  void forget(int segment) {
    bytes.remove(segment);
  }

  SortedMap<Integer, Long> asMap() {
    return bytes;
  }
}
