package io.volute.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The sleep of a thread that waits for nothing but its mailboxes. */
public final class ParkedSleep implements Sleep {
  private volatile Thread sleeper;
  private volatile boolean woken;

  @Override
  public void sleep(long maxMillis) {
    // The sleeper is named before the flag is read, and the waker does it the other way round: one
    // of them sees the other, also in the very first sleep.
    sleeper = Thread.currentThread();
    if (!woken) {
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(maxMillis));
    }
    woken = false;
  }

  @Override
  public void wake() {
    woken = true;
    LockSupport.unpark(sleeper);
  }
}
