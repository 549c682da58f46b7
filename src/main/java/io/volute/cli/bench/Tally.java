package io.volute.cli.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * What all workers have seen. What was due before the measured time began is left out.
 *
 * <p>The histogram has the successes, and all that was given up with the time that it had waited
 * then: to leave those out would flatter a node that stalls. Refusals only count as errors.
 */
final class Tally {
  private static final long LOWEST_NANOS = 1_000;
  private static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(2);
  private static final int DIGITS = 3;

  /** How many points stand for the waits of all requests that were never sent. */
  private static final int UNSENT_POINTS = 10_000;

  private final long measuredFrom;
  private final AtomicHistogram histogram =
      new AtomicHistogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final LongAdder successes = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  Tally(long measuredFrom) {
    this.measuredFrom = measuredFrom;
  }

  void succeeded(long due, long now, long valueBytes) {
    if (due - measuredFrom >= 0) {
      successes.increment();
      bytes.add(valueBytes);
      histogram.recordValue(clamp(now - due));
    }
  }

  void failed(long due, String kind) {
    if (due - measuredFrom >= 0) {
      errors.computeIfAbsent(kind, unused -> new LongAdder()).increment();
    }
  }

  void gaveUp(long due, long now, String kind) {
    if (due - measuredFrom >= 0) {
      failed(due, kind);
      histogram.recordValue(clamp(now - due));
    }
  }

  /** Takes in the requests that were due and never sent. */
  void addUnsent(Pace pace, long now) {
    long unsent = pace.unsent();
    if (unsent <= 0) {
      return;
    }
    errors.computeIfAbsent("never sent", unused -> new LongAdder()).add(unsent);
    long step = Math.max(1, unsent / UNSENT_POINTS);
    for (long index = 1; index <= unsent; index += step) {
      long count = Math.min(step, unsent - index + 1);
      histogram.recordValueWithCount(clamp(now - pace.dueFromEnd(index)), count);
    }
  }

  private static long clamp(long nanos) {
    return Math.max(0, Math.min(HIGHEST_NANOS, nanos));
  }

  long successes() {
    return successes.sum();
  }

  long bytes() {
    return bytes.sum();
  }

  Histogram histogram() {
    return histogram;
  }

  /** Errors by kind, in the order of their names. */
  Map<String, Long> errors() {
    Map<String, Long> counts = new TreeMap<>();
    errors.forEach((kind, count) -> counts.put(kind, count.sum()));
    return counts;
  }
}
