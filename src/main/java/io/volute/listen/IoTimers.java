package io.volute.listen;

import java.util.TreeSet;
import org.xnio.XnioExecutor;

/** Tasks for later, in the order of their deadlines; safe to add and remove from any thread. */
final class IoTimers {
  private final TreeSet<Timer> timers = new TreeSet<>();
  private long nextSequence;

  synchronized XnioExecutor.Key add(Runnable task, long deadlineNanos, long intervalNanos) {
    Timer timer = new Timer(task, deadlineNanos, intervalNanos, nextSequence++);
    timers.add(timer);
    return timer;
  }

  /** Takes the task that is due, or null; one that repeats is put back for its next turn. */
  synchronized Runnable pollDue(long nowNanos) {
    if (timers.isEmpty() || timers.first().deadlineNanos - nowNanos > 0) {
      return null;
    }
    Timer timer = timers.pollFirst();
    if (timer.intervalNanos > 0) {
      timer.deadlineNanos = nowNanos + timer.intervalNanos;
      timers.add(timer);
    }
    return timer.task;
  }

  synchronized long nanosToNext(long nowNanos, long atMostNanos) {
    return timers.isEmpty()
        ? atMostNanos
        : Math.min(atMostNanos, timers.first().deadlineNanos - nowNanos);
  }

  private synchronized boolean remove(Timer timer) {
    return timers.remove(timer);
  }

  private final class Timer implements XnioExecutor.Key, Comparable<Timer> {
    private final Runnable task;
    private final long intervalNanos;
    private final long sequence;
    // Changes only while the timer is outside the set.
    private long deadlineNanos;

    Timer(Runnable task, long deadlineNanos, long intervalNanos, long sequence) {
      this.task = task;
      this.deadlineNanos = deadlineNanos;
      this.intervalNanos = intervalNanos;
      this.sequence = sequence;
    }

    @Override
    public boolean remove() {
      return IoTimers.this.remove(this);
    }

    @Override
    public int compareTo(Timer other) {
      // By difference: nanoTime may overflow.
      int byDeadline = Long.signum(deadlineNanos - other.deadlineNanos);
      return byDeadline != 0 ? byDeadline : Long.compare(sequence, other.sequence);
    }
  }
}
