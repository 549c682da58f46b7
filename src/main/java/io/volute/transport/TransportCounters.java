package io.volute.transport;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of one transport; any thread may read them. */
public final class TransportCounters {
  private final Map<TransportCounter, AtomicLong> counts = new EnumMap<>(TransportCounter.class);

  TransportCounters() {
    for (TransportCounter counter : TransportCounter.values()) {
      counts.put(counter, new AtomicLong());
    }
  }

  public long get(TransportCounter counter) {
    return counts.get(counter).get();
  }

  void add(TransportCounter counter, long more) {
    counts.get(counter).addAndGet(more);
  }

  void increment(TransportCounter counter) {
    add(counter, 1);
  }
}
