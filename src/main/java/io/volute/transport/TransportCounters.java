package io.volute.transport;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of one transport; any thread may read them. */
public final class TransportCounters {
  private final Map<TransportCounter, AtomicLong> counts = new EnumMap<>(TransportCounter.class);

  public TransportCounters() {
    for (TransportCounter counter : TransportCounter.values()) {
      counts.put(counter, new AtomicLong());
    }
  }

  public long get(TransportCounter counter) {
    return counts.get(counter).get();
  }

  public void add(TransportCounter counter, long more) {
    counts.get(counter).addAndGet(more);
  }

  public void increment(TransportCounter counter) {
    add(counter, 1);
  }

  /** Those that are not 0. */
  @Override
  public String toString() {
    Map<TransportCounter, AtomicLong> shown = new EnumMap<>(counts);
    shown.values().removeIf(count -> count.get() == 0);
    return shown.toString();
  }
}
