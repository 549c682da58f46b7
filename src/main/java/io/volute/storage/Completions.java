package io.volute.storage;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What other threads have done for the kernel's thread, waiting to be told there. As many as calls
 * are unanswered, which is up to the callers.
 */
public final class Completions {
  private final Queue<Runnable> done = new ConcurrentLinkedQueue<>();
  private final Runnable wake;

  /**
   * @param wake sees to it that the kernel's thread looks; called by any thread
   */
  public Completions(Runnable wake) {
    this.wake = wake;
  }

  void add(Runnable completion) {
    done.add(completion);
    wake.run();
  }

  public boolean isEmpty() {
    return done.isEmpty();
  }

  /** Tells what was done before this call; returns how much. For the kernel's thread. */
  public int run() {
    int count = done.size();
    for (int i = 0; i < count; i++) {
      done.remove().run();
    }
    return count;
  }
}
