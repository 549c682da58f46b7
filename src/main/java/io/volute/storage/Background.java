package io.volute.storage;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A thread for work on files that nobody waits for, one task after the other: merging name runs,
 * compaction, scrubs, backups. Each kind of work has one task under way at the most, which bounds
 * the queue.
 */
final class Background implements AutoCloseable {
  private final Executor executor;
  private final Runnable stop;

  private Background(Executor executor, Runnable stop) {
    this.executor = executor;
    this.stop = stop;
  }

  /**
   * A thread, or none.
   *
   * @param roleName the thread's name
   * @param threaded whether there is a thread at all; else everything is done at once
   * @param patienceSeconds how long {@link #close} waits for the work under way
   */
  static Background start(String roleName, boolean threaded, long patienceSeconds) {
    if (!threaded) {
      return inline();
    }
    ExecutorService service =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, roleName);
              thread.setDaemon(true);
              return thread;
            });
    return new Background(service, () -> stop(service, patienceSeconds));
  }

  /** Does the work at once, on the thread that asks for it. */
  static Background inline() {
    return new Background(Runnable::run, () -> {});
  }

  Executor executor() {
    return executor;
  }

  private static void stop(ExecutorService service, long patienceSeconds) {
    service.shutdown();
    try {
      service.awaitTermination(patienceSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the work under way, within bounds: all of it can be done anew. */
  @Override
  public void close() {
    stop.run();
  }
}
