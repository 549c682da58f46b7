package io.volute.storage;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The file work of compaction: reads segments at a limited rate, and deletes them. One call of
 * compaction is under way at a time, and one of {@link OrdersAnew}; their ends are told by way of
 * the {@link Completions}.
 */
final class CompactionThread {
  private static final long BYTES_PER_SECOND = 64L << 20;
  private static final long CLOSE_SECONDS = 8;

  private final Background thread;
  private final boolean paced;
  private final Completions completions;
  private final RecordBatchReader reader = new RecordBatchReader();
  private volatile boolean stopping;

  private CompactionThread(Background thread, boolean paced, Completions completions) {
    this.thread = thread;
    this.paced = paced;
    this.completions = completions;
  }

  /**
   * @param threaded whether there is a thread at all; else everything is done at once
   */
  static CompactionThread start(boolean threaded, Completions completions) {
    Background thread = Background.start("volute-compact", threaded, CLOSE_SECONDS);
    return new CompactionThread(thread, threaded, completions);
  }

  void read(
      Segment segment,
      long from,
      Consumer<RecordBatch> whenRead,
      Consumer<Exception> whenUnreadable) {
    completions.tell(
        thread.executor(),
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
    return thread.executor();
  }

  /** Deletes a segment that nothing refers to, for good. */
  void delete(Disk disk, Segment segment, Consumer<Optional<Exception>> whenDone) {
    completions.tell(
        thread.executor(),
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
    thread.close();
  }
}
