package io.volute.storage;

import java.util.concurrent.TimeUnit;

/**
 * Says in the log how far the reading of the log at a start is, for who waits for a node to serve:
 * every few seconds, and nothing when it takes no longer than that. For one thread.
 */
final class RecoveryProgress {
  private static final System.Logger LOG = System.getLogger(RecoveryProgress.class.getName());
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long totalBytes;
  private final long startedNanos = System.nanoTime();
  private long saidNanos = startedNanos;
  private long readBytes;

  RecoveryProgress(long totalBytes) {
    this.totalBytes = totalBytes;
  }

  /** So much more is read and applied. */
  void read(long bytes) {
    readBytes += bytes;
    long now = System.nanoTime();
    if (now - saidNanos >= EVERY_NANOS) {
      saidNanos = now;
      LOG.log(
          System.Logger.Level.INFO,
          "reading the log before serving: {0}% of {1} MiB after {2} s",
          Long.toString(percent()),
          Long.toString(totalBytes >> 20),
          Long.toString(TimeUnit.NANOSECONDS.toSeconds(now - startedNanos)));
    }
  }

  long percent() {
    return totalBytes == 0 ? 100 : 100 * readBytes / totalBytes;
  }
}
