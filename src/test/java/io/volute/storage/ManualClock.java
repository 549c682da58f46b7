package io.volute.storage;

import io.volute.port.Clock;

/** Time that passes when a test says so. */
final class ManualClock implements Clock {
  private long millis = 1_000_000;

  void pass(long more) {
    millis += more;
  }

  @Override
  public long monotonicMillis() {
    return millis;
  }

  @Override
  public long wallMillis() {
    return millis;
  }
}
