package io.volute.storage;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A thread that reads or copies files for long. It is there while the store is, mostly idle. */
final class FileThread {
  private static final long CLOSE_SECONDS = 4;

  private final Executor executor;
  private final Runnable stop;
  private final boolean paced;

  private FileThread(Executor executor, Runnable stop, boolean paced) {
    this.executor = executor;
    this.stop = stop;
    this.paced = paced;
  }

  /**
   * @param roleName the thread's name
   * @param threaded whether there is a thread at all; else everything is done at once
   */
  static FileThread start(String roleName, boolean threaded) {
    if (!threaded) {
      return new FileThread(Runnable::run, () -> {}, false);
    }
    ExecutorService service =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, roleName);
              thread.setDaemon(true);
              return thread;
            });
    return new FileThread(service, () -> end(service), true);
  }

  private static void end(ExecutorService service) {
    service.shutdown();
    try {
      service.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Executor executor() {
    return executor;
  }

  boolean isPaced() {
    return paced;
  }

  void close() {
    stop.run();
  }
}
