package io.volute.transport.session;

import java.util.Arrays;

/**
 * A set of whole numbers as disjoint ranges in ascending order: packet numbers, message ids, bytes
 * of a message. What arrives in order costs nothing; the size grows with the number of gaps.
 */
final class LongRanges {
  private static final int FIRST_CAPACITY = 4;

  private long[] starts = new long[FIRST_CAPACITY];
  private long[] ends = new long[FIRST_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The first number of a range. */
  long start(int index) {
    return starts[index];
  }

  /** The number behind the last of a range. */
  long end(int index) {
    return ends[index];
  }

  void clear() {
    size = 0;
  }

  /**
   * Adds the numbers from {@code start} until before {@code end}.
   *
   * @return how many of them are new
   */
  long add(long start, long end) {
    if (size > 0 && start == ends[size - 1]) {
      ends[size - 1] = end;
      return end - start;
    }
    int first = firstEndingAtOrAfter(start);
    if (first == size || starts[first] > end) {
      insert(first, start, end);
      return end - start;
    }
    int next = first;
    long before = 0;
    while (next < size && starts[next] <= end) {
      before += ends[next] - starts[next];
      next++;
    }
    starts[first] = Math.min(start, starts[first]);
    ends[first] = Math.max(end, ends[next - 1]);
    remove(first + 1, next);
    return ends[first] - starts[first] - before;
  }

  boolean contains(long number) {
    int index = firstEndingAtOrAfter(number + 1);
    return index < size && starts[index] <= number;
  }

  /** The first number from here on that is not in the set. */
  long firstMissing(long from) {
    int index = firstEndingAtOrAfter(from + 1);
    return index < size && starts[index] <= from ? ends[index] : from;
  }

  /** The first number from here on that is in the set; {@link Long#MAX_VALUE} for none. */
  long firstPresent(long from) {
    int index = firstEndingAtOrAfter(from + 1);
    return index < size ? Math.max(from, starts[index]) : Long.MAX_VALUE;
  }

  /** Drops whole ranges that end before this number. */
  void dropRangesBefore(long number) {
    int keep = 0;
    while (keep < size && ends[keep] < number) {
      keep++;
    }
    remove(0, keep);
  }

  /** Drops the range of the lowest numbers. */
  void dropLowest() {
    remove(0, 1);
  }

  private int firstEndingAtOrAfter(long number) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void insert(int index, long start, long end) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    System.arraycopy(starts, index, starts, index + 1, size - index);
    System.arraycopy(ends, index, ends, index + 1, size - index);
    starts[index] = start;
    ends[index] = end;
    size++;
  }

  private void remove(int from, int to) {
    if (from < to) {
      System.arraycopy(starts, to, starts, from, size - to);
      System.arraycopy(ends, to, ends, from, size - to);
      size -= to - from;
    }
  }
}
