package io.volute.storage;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Says how far the reading of the log at a start is, for who waits for a node to serve: in the log
 * every few seconds, to a listener more often, and nothing when it takes no longer than that. For
 * one thread.
 */
final class RecoveryProgress {
  private static final System.Logger LOG = System.getLogger(RecoveryProgress.class.getName());
  private static final long LOGGED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long TOLD_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long totalBytes;
  private final LongConsumer onPercent;
  private final LongSupplier nanoClock;
  private final long startedNanos;
  private long loggedNanos;
  private long toldNanos;
  private long readBytes;

  /**
   * @param onPercent is told how much is read, 0 to 100
   * @param nanoClock as {@link System#nanoTime}
   */
  RecoveryProgress(long totalBytes, LongConsumer onPercent, LongSupplier nanoClock) {
    this.totalBytes = totalBytes;
    this.onPercent = onPercent;
    this.nanoClock = nanoClock;
    this.startedNanos = nanoClock.getAsLong();
    this.loggedNanos = startedNanos;
    this.toldNanos = startedNanos;
  }

  /** So much more is read and applied. */
  void read(long bytes) {
    readBytes += bytes;
    long now = nanoClock.getAsLong();
    if (now - toldNanos >= TOLD_EVERY_NANOS) {
      toldNanos = now;
      onPercent.accept(percent());
    }
    if (now - loggedNanos >= LOGGED_EVERY_NANOS) {
      loggedNanos = now;
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
