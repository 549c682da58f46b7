package io.volute.storage;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The file work of compaction: reads segments at a limited rate, and deletes them. One call is
 * under way at a time; its end is told by way of the {@link Completions}.
 */
final class CompactionThread {
  private static final String ROLE_NAME = "volute-compact";
  private static final long BYTES_PER_SECOND = 64L << 20;
  private static final long CLOSE_SECONDS = 8;

  private final Executor executor;
  private final Runnable stop;
  private final boolean paced;
  private final Completions completions;
  private final RecordBatchReader reader = new RecordBatchReader();
  private volatile boolean stopping;

  private CompactionThread(
      Executor executor, Runnable stop, boolean paced, Completions completions) {
    this.executor = executor;
    this.stop = stop;
    this.paced = paced;
    this.completions = completions;
  }

  /**
   * @param threaded whether there is a thread at all; else everything is done at once
   */
  static CompactionThread start(boolean threaded, Completions completions) {
    if (!threaded) {
      return new CompactionThread(Runnable::run, () -> {}, false, completions);
    }
    ExecutorService service =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, ROLE_NAME);
              thread.setDaemon(true);
              return thread;
            });
    return new CompactionThread(service, () -> end(service), true, completions);
  }

  private static void end(ExecutorService service) {
    service.shutdown();
    try {
      service.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void read(
      Segment segment,
      long from,
      Consumer<RecordBatch> whenRead,
      Consumer<Exception> whenUnreadable) {
    completions.tell(
        executor,
        () -> {
          long started = System.nanoTime();
          RecordBatch batch = reader.read(segment, from);
          pace(started, batch.end() - from);
          return batch;
        },
        whenRead,
        whenUnreadable);
  }

  private void pace(long startedNanos, long bytes) {
    if (paced && !stopping) {
      long due = startedNanos + TimeUnit.SECONDS.toNanos(bytes) / BYTES_PER_SECOND;
      LockSupport.parkNanos(this, due - System.nanoTime());
    }
  }

  /** For other work on segments that must not wait long. */
  Executor executor() {
    return executor;
  }

  /** Deletes a segment that nothing refers to, for good. */
  void delete(Disk disk, Segment segment, Consumer<Optional<Exception>> whenDone) {
    completions.tell(
        executor,
        () -> {
          segment.file().close();
          disk.delete(Segment.sealName(segment.number()));
          disk.delete(Segment.fileName(segment.number()));
          disk.syncDirectory(Segment.DIRECTORY);
          return segment;
        },
        deleted -> whenDone.accept(Optional.empty()),
        cause -> whenDone.accept(Optional.of(cause)));
  }

  void close() {
    stopping = true;
    stop.run();
  }
}
