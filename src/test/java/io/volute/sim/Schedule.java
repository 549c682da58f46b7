package io.volute.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what happens next, and when. */
final class Schedule {
  private record Event(long atMillis, long order, String what, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::order));
  private long nowMillis;
  private long orders;
  private final Trace trace;

  Schedule(Trace trace) {
    this.trace = trace;
  }

  long nowMillis() {
    return nowMillis;
  }

  void after(long delayMillis, String what, Runnable action) {
    events.add(new Event(nowMillis + Math.max(0, delayMillis), orders++, what, action));
  }

  /** Runs the next event; false when there is none before the given time. */
  boolean runNext(long untilMillis) {
    Event next = events.peek();
    if (next == null || next.atMillis() > untilMillis) {
      nowMillis = untilMillis;
      return false;
    }
    events.poll();
    nowMillis = next.atMillis();
    if (!next.what().isEmpty()) {
      trace.add(nowMillis, next.what());
    }
    next.action().run();
    return true;
  }
}
