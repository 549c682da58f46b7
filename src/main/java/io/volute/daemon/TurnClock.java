package io.volute.daemon;

import io.volute.port.Clock;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clocks, read once a turn: all that happens in a turn happens at one time. For the
 * kernel's thread.
 */
final class TurnClock implements Clock {
  private final long originNanos = System.nanoTime();
  private long monotonicMillis;
  private long wallMillis = System.currentTimeMillis();

  void tick() {
    monotonicMillis = freshMonotonicMillis();
    wallMillis = System.currentTimeMillis();
  }

  long freshMonotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - originNanos);
  }

  @Override
  public long monotonicMillis() {
    return monotonicMillis;
  }

  @Override
  public long wallMillis() {
    return wallMillis;
  }
}
