package io.volute.exchange;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is to be done at a later time. Tasks that are due together run in the order in which they
 * were set, so a run can be repeated exactly.
 *
 * <p>Cost: O(1) to set and to cancel for all but the first and the last of a millisecond, which
 * take O(log n) of the milliseconds for which there is something. Nearly all timers are set for a
 * moment that others of the same turn have as well. A cancelled timer is gone at once: most timers
 * are cancelled, long before they are due.
 */
public final class Timers {
  /** Something to be done once, unless it is cancelled. */
  public final class Timer {
    private final Moment moment;
    private final long order;
    private final Runnable task;
    private Timer before;
    private Timer behind;
    private boolean isSet = true;

    private Timer(Moment moment, long order, Runnable task) {
      this.moment = moment;
      this.order = order;
      this.task = task;
    }

    /** Does nothing when it has run. */
    public void cancel() {
      if (isSet) {
        remove(this);
      }
    }
  }

  /** All that is set for one millisecond, in the order in which it was set. */
  private static final class Moment {
    private final long atMillis;
    private Timer first;
    private Timer last;

    Moment(long atMillis) {
      this.atMillis = atMillis;
    }
  }

  /** A power of two. Timers of a turn are set for a few moments. */
  private static final int LATELY = 16;

  private final TreeMap<Long, Moment> moments = new TreeMap<>();

  /** Moments to which something was added lately; one without timers is not among the others. */
  private final Moment[] lately = new Moment[LATELY];

  private long orders;

  /**
   * Sets a task.
   *
   * @param atMillis on the monotonic clock
   */
  public Timer at(long atMillis, Runnable task) {
    Moment moment = moment(atMillis);
    Timer timer = new Timer(moment, orders++, task);
    timer.before = moment.last;
    if (moment.last == null) {
      moment.first = timer;
    } else {
      moment.last.behind = timer;
    }
    moment.last = timer;
    return timer;
  }

  private Moment moment(long atMillis) {
    int place = (int) (atMillis & (LATELY - 1));
    Moment known = lately[place];
    if (known == null || known.atMillis != atMillis || known.first == null) {
      known = moments.computeIfAbsent(atMillis, Moment::new);
      lately[place] = known;
    }
    return known;
  }

  private void remove(Timer timer) {
    Moment moment = timer.moment;
    if (timer.before == null) {
      moment.first = timer.behind;
    } else {
      timer.before.behind = timer.behind;
    }
    if (timer.behind == null) {
      moment.last = timer.before;
    } else {
      timer.behind.before = timer.before;
    }
    if (moment.first == null) {
      moments.remove(moment.atMillis);
    }
    timer.isSet = false;
  }

  /** When the next task is due; {@link Long#MAX_VALUE} for never. */
  public long nextAtMillis() {
    return moments.isEmpty() ? Long.MAX_VALUE : moments.firstKey();
  }

  /** Runs what is due; tasks that these set for now run at the next call. */
  public int runDue(long nowMillis) {
    long before = orders;
    int ran = 0;
    Map.Entry<Long, Moment> next;
    while ((next = moments.firstEntry()) != null
        && next.getKey() <= nowMillis
        && next.getValue().first.order < before) {
      Timer due = next.getValue().first;
      remove(due);
      due.task.run();
      ran++;
    }
    return ran;
  }
}
