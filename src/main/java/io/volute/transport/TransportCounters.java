package io.volute.transport;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of one transport; any thread may read them. */
public final class TransportCounters {
  private final AtomicLongArray counts = new AtomicLongArray(TransportCounter.values().length);

  public long get(TransportCounter counter) {
    return counts.get(counter.ordinal());
  }

  void add(TransportCounter counter, long more) {
    counts.addAndGet(counter.ordinal(), more);
  }

  void increment(TransportCounter counter) {
    add(counter, 1);
  }
}
