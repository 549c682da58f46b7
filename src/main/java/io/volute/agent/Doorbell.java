package io.volute.agent;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Wakes a thread that sleeps, and costs next to nothing while it doesn't. One thread rests by it;
 * any number ring it.
 *
 * <p>No ring is lost: the one who rests raises a flag and then looks for work once more; the one
 * who rings first puts its work down and then looks at the flag. With a full fence between the two
 * steps on both sides, at least one of them sees what the other did.
 */
public final class Doorbell {
  private final Sleep sleep;
  private final AtomicBoolean asleep = new AtomicBoolean();

  public Doorbell(Sleep sleep) {
    this.sleep = sleep;
  }

  /** Call it after the work has been put where {@code hasWork} finds it. Any thread may. */
  public void ring() {
    // Queues publish with an ordered store, which alone may still be on its way when the flag is
    // read.
    VarHandle.fullFence();
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      sleep.wake();
    }
  }

  /**
   * Sleeps until somebody rings, at most {@code maxMillis}; not at all when there is work. May
   * return early. Only the owner's thread may call it.
   */
  public void rest(long maxMillis, BooleanSupplier hasWork) {
    if (maxMillis <= 0) {
      return;
    }
    asleep.set(true);
    VarHandle.fullFence();
    try {
      if (!hasWork.getAsBoolean()) {
        sleep.sleep(maxMillis);
      }
    } finally {
      asleep.set(false);
    }
  }
}
