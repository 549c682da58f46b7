package io.volute.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for something to become true, never for longer than is said. */
final class Await {
  private static final long STEP_MILLIS = 20;

  /** Looks once; an exception of the network counts as "not yet". */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private Await() {}

  static void until(String what, Duration limit, Condition condition) {
    until(() -> what, limit, condition);
  }

  /** The same, for a description that is known only when the waiting was in vain. */
  static void until(Supplier<String> what, Duration limit, Condition condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    IOException last = null;
    do {
      try {
        if (condition.holds()) {
          return;
        }
        last = null;
      } catch (IOException e) {
        last = e;
      }
      pause(STEP_MILLIS);
    } while (System.nanoTime() < deadline);
    throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.get(), last);
  }

  static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
