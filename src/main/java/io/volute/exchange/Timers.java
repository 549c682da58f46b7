package io.volute.exchange;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * What is to be done at a later time. Tasks that are due together run in the order in which they
 * were set, so a run can be repeated exactly.
 *
 * <p>Cost: O(log n) to set and to cancel. A cancelled timer is gone at once: most timers are
 * cancelled, long before they are due.
 */
public final class Timers {
  /** Something to be done once, unless it is cancelled. */
  public final class Timer {
    private final long atMillis;
    private final long order;
    private final Runnable task;

    private Timer(long atMillis, long order, Runnable task) {
      this.atMillis = atMillis;
      this.order = order;
      this.task = task;
    }

    /** Does nothing when it has run. */
    public void cancel() {
      queue.remove(this);
    }
  }

  private static final Comparator<Timer> EARLIEST_FIRST =
      Comparator.<Timer>comparingLong(timer -> timer.atMillis)
          .thenComparingLong(timer -> timer.order);

  private final TreeSet<Timer> queue = new TreeSet<>(EARLIEST_FIRST);
  private long orders;

  /**
   * Sets a task.
   *
   * @param atMillis on the monotonic clock
   */
  public Timer at(long atMillis, Runnable task) {
    Timer timer = new Timer(atMillis, orders++, task);
    queue.add(timer);
    return timer;
  }

  /** When the next task is due; {@link Long#MAX_VALUE} for never. */
  public long nextAtMillis() {
    return queue.isEmpty() ? Long.MAX_VALUE : queue.first().atMillis;
  }

  /** Runs what is due; tasks that these set for now run at the next call. */
  public int runDue(long nowMillis) {
    long before = orders;
    int ran = 0;
    while (nextAtMillis() <= nowMillis && queue.first().order < before) {
      queue.pollFirst().task.run();
      ran++;
    }
    return ran;
  }
}
