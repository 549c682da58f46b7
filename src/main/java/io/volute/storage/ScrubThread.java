package io.volute.storage;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The thread that reads files for a scrub. It is there while the store is, and mostly idle. */
final class ScrubThread {
  private static final String ROLE_NAME = "volute-scrub";
  private static final long CLOSE_SECONDS = 4;

  private final Executor executor;
  private final Runnable stop;
  private final boolean paced;

  private ScrubThread(Executor executor, Runnable stop, boolean paced) {
    this.executor = executor;
    this.stop = stop;
    this.paced = paced;
  }

  /**
   * @param threaded whether there is a thread at all; else everything is done at once
   */
  static ScrubThread start(boolean threaded) {
    if (!threaded) {
      return new ScrubThread(Runnable::run, () -> {}, false);
    }
    ExecutorService service =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, ROLE_NAME);
              thread.setDaemon(true);
              return thread;
            });
    return new ScrubThread(service, () -> end(service), true);
  }

  private static void end(ExecutorService service) {
    service.shutdown();
    try {
      service.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void execute(Runnable task) {
    executor.execute(task);
  }

  boolean isPaced() {
    return paced;
  }

  void close() {
    stop.run();
  }
}
