package io.volute.listen;

import java.util.concurrent.atomic.AtomicLong;

/** A bound on what all requests together hold of bodies and values. */
public final class BytesInFlight {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  public BytesInFlight(long limit) {
    this.limit = limit;
  }

  /** Takes a part of the budget, or nothing when that much is not left. */
  public boolean tryAcquire(long bytes) {
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

  public void release(long bytes) {
    long after = held.addAndGet(-bytes);
    assert after >= 0 : "released more than was taken: " + after;
  }

  public long limit() {
    return limit;
  }

  public long held() {
    return held.get();
  }
}
