package io.volute.storage;

import io.volute.port.Clock;
import java.util.concurrent.TimeUnit;

/** The machine's clock, where a test meets real files. */
final class SystemClock implements Clock {
  @Override
  public long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }
}
