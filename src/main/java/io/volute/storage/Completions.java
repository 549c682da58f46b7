package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What other threads have done for the kernel's thread, waiting to be told there. As many as calls
 * are unanswered, which is up to the callers.
 */
public final class Completions {
  private static final System.Logger LOG = System.getLogger(Completions.class.getName());

  /** What another thread does. */
  interface Work<T> {
    T run() throws IOException, StoreException;
  }

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

  /**
   * Does some work on another thread and tells one of its two ends, whatever the work throws: an
   * end that nobody is told of would leave what waits for it under way for ever.
   */
  <T> void tell(
      Executor executor, Work<T> work, Consumer<T> whenDone, Consumer<Exception> whenFailed) {
    executor.execute(
        () -> {
          try {
            T result = work.run();
            add(() -> whenDone.accept(result));
          } catch (IOException | StoreException e) {
            add(() -> whenFailed.accept(e));
          } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "work on another thread failed", e);
            IOException told = new IOException(e.toString(), e);
            add(() -> whenFailed.accept(told));
          }
        });
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
