package io.volute.cli.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * When requests are due. Several workers ask one pace; times are those of {@link System#nanoTime}.
 */
abstract class Pace {
  /** No further request. */
  static final long OVER = Long.MIN_VALUE;

  private Pace() {}

  /**
   * Waits until the next request is due.
   *
   * @return when it was due, which may be some time ago; {@link #OVER} at the end of the run
   */
  abstract long awaitNext();

  /** Requests that were due within the run and not sent, since no connection was free. */
  abstract long unsent();

  /** When the {@code index}-th request from the end was due, counted from 1. */
  abstract long dueFromEnd(long index);

  /** As soon as the answer before is there. */
  static Pace closed(long end) {
    return new Pace() {
      @Override
      long awaitNext() {
        long now = System.nanoTime();
        return now - end >= 0 || Thread.currentThread().isInterrupted() ? OVER : now;
      }

      @Override
      long unsent() {
        return 0;
      }

      @Override
      long dueFromEnd(long index) {
        return end;
      }
    };
  }

  /** At a fixed rate, however slow the answers are. */
  static Pace open(long start, long end, double perSecond) {
    return new Open(start, end, perSecond);
  }

  private static final class Open extends Pace {
    /** How long after the end a request that was due before is still sent. */
    private static final long GRACE_NANOS = 1_000_000_000;

    private final long start;
    private final long end;
    private final double nanosPerRequest;
    private final long total;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();

    Open(long start, long end, double perSecond) {
      this.start = start;
      this.end = end;
      this.nanosPerRequest = 1e9 / perSecond;
      this.total = (long) Math.ceil((end - start) / nanosPerRequest);
    }

    private long due(long ticket) {
      return start + (long) (ticket * nanosPerRequest);
    }

    @Override
    long awaitNext() {
      long ticket = taken.getAndIncrement();
      if (ticket >= total) {
        return OVER;
      }
      long due = due(ticket);
      long now = System.nanoTime();
      while (now - due < 0) {
        LockSupport.parkNanos(due - now);
        if (Thread.currentThread().isInterrupted()) {
          return OVER;
        }
        now = System.nanoTime();
      }
      if (now - end > GRACE_NANOS) {
        return OVER;
      }
      sent.incrementAndGet();
      return due;
    }

    @Override
    long unsent() {
      return total - sent.get();
    }

    @Override
    long dueFromEnd(long index) {
      return due(total - index);
    }
  }
}
