package io.volute.storage;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The thread for work that nobody waits for: making the next index map, writing and merging name
 * runs. Each kind of work has one task under way at the most, which bounds the queue.
 */
final class Background implements AutoCloseable {
  private static final String ROLE_NAME = "volute-tidy";
  private static final long PATIENCE_SECONDS = 8;

  private final Executor executor;
  private final Runnable stop;

  private Background(Executor executor, Runnable stop) {
    this.executor = executor;
    this.stop = stop;
  }

  static Background onItsThread() {
    ExecutorService service =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, ROLE_NAME);
              thread.setDaemon(true);
              return thread;
            });
    return new Background(service, () -> stop(service));
  }

  /** Does the work at once, on the thread that asks for it. */
  static Background inline() {
    return new Background(Runnable::run, () -> {});
  }

  Executor executor() {
    return executor;
  }

  private static void stop(ExecutorService service) {
    service.shutdown();
    try {
      service.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the work under way, within bounds: all of it can be derived anew. */
  @Override
  public void close() {
    stop.run();
  }
}
