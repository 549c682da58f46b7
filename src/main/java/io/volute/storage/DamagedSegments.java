package io.volute.storage;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Segments in which something is damaged, found when the store was opened, by a scrub or by
 * compaction. Such a segment goes once it is the oldest, what is whole in it was copied, and the
 * versions whose records are damaged were put anew or replaced. It must be the oldest because a
 * remove may be among what is damaged: only when no older record is left can nothing come back.
 *
 * <p>For the kernel thread.
 */
final class DamagedSegments {
  private final TreeSet<Integer> numbers = new TreeSet<>();

  /** Of which all that is whole and counts was copied. */
  private final Set<Integer> emptied = new HashSet<>();

  /** Takes what reading the log has found. */
  void found(List<StoreReport> reports) {
    for (StoreReport report : reports) {
      boolean records = report.what() == StoreReport.What.RECORDS_SKIPPED;
      // A header that is damaged is written anew.
      if (records && report.offset() >= Segment.HEADER_BYTES) {
        String file = report.file().substring(report.file().indexOf('/') + 1);
        Segment.numberOf(file).ifPresent(this::found);
      }
    }
  }

  void found(int number) {
    numbers.add(number);
  }

  boolean contains(int number) {
    return numbers.contains(number);
  }

  /** Whether one that is newer than this waits to be the oldest. */
  boolean isOneWaitingFor(int number) {
    return numbers.higher(number) != null;
  }

  void emptied(int number) {
    emptied.add(number);
  }

  boolean isEmptied(int number) {
    return emptied.contains(number);
  }

  void gone(int number) {
    numbers.remove(number);
    emptied.remove(number);
  }
}
