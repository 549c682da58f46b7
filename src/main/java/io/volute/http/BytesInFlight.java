package io.volute.http;

import java.util.concurrent.atomic.AtomicLong;

/** A bound on what all requests together hold of bodies and values. */
final class BytesInFlight {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  BytesInFlight(long limit) {
    this.limit = limit;
  }

  /** Takes a part of the budget, or nothing when that much is not left. */
  boolean tryAcquire(long bytes) {
    assert bytes >= 0 : bytes;
    long before;
    do {
      before = held.get();
      if (bytes > limit - before) {
        return false;
      }
    } while (!held.compareAndSet(before, before + bytes));
    return true;
  }

  void release(long bytes) {
    long after = held.addAndGet(-bytes);
    assert after >= 0 : "released more than was taken: " + after;
  }

  long limit() {
    return limit;
  }

  long held() {
    return held.get();
  }
}
