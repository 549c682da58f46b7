package io.volute.storage;

import io.volute.port.Clock;
import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Makes the log fit to be written again after a sync of it has failed, without a restart.
 *
 * <p>After such a failure the operating system may report success for pages that it dropped, so the
 * same file can't be relied on any more. Each file that was not synced yet is copied, byte for
 * byte, to a new one; the copy is read back record by record, synced, and put in the old one's
 * place by a rename. A crash in between leaves one or the other, which hold the same. When the copy
 * can't be made, for want of space or since the disk fails again, it is tried again later; when
 * what should be copied can't be read back whole, the store has failed, as something that others
 * were shown is gone.
 *
 * <p>For the kernel thread, which must not write to the log while {@link GroupCommit#hasFailed}.
 */
final class SyncRecovery {
  static final String COPY_SUFFIX = ".copy";

  private static final System.Logger LOG = System.getLogger(SyncRecovery.class.getName());
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;
  private static final int COPY_BYTES = 256 << 10;

  private final Disk disk;
  private final Clock clock;
  private final SegmentLog log;
  private final GroupCommit commit;

  /** Not that for merges of name runs: one may take minutes, and no change is taken meanwhile. */
  private final Executor thread;

  private final SyncAgent sync;
  private final Completions completions;
  private final StoreReporter reporter;
  private boolean underWay;
  private long nextTryMillis = Long.MIN_VALUE;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  SyncRecovery(
      StoreFiles files,
      Clock clock,
      SegmentLog log,
      GroupCommit commit,
      SyncAgent sync,
      CompactionThread thread,
      Completions completions,
      StoreReporter reporter) {
    this.disk = files.disk();
    this.clock = clock;
    this.log = log;
    this.commit = commit;
    this.sync = sync;
    this.thread = thread.executor();
    this.completions = completions;
    this.reporter = reporter;
  }

  /** Begins when a sync has failed and it is time. Cheap when there is nothing to do. */
  void step() {
    if (!commit.hasFailed() || underWay || reporter.hasFailed()) {
      return;
    }
    if (clock.monotonicMillis() >= nextTryMillis) {
      try {
        List<SegmentExtent> parts = log.unsynced();
        underWay = true;
        completions.tell(
            thread,
            () -> {
              for (SegmentExtent part : parts) {
                replace(part);
              }
              return parts;
            },
            replaced -> done(),
            this::failed);
      } catch (IOException e) {
        tryLater(e);
      }
    }
  }

  private void failed(Exception cause) {
    if (cause instanceof StoreException notWhole) {
      giveUp(notWhole);
    } else {
      tryLater(cause);
    }
  }

  private void replace(SegmentExtent part) throws IOException, StoreException {
    String name = part.segment().toString();
    String copyName = name + COPY_SUFFIX;
    disk.delete(copyName);
    Disk.DiskFile copy = disk.create(copyName);
    boolean made = false;
    try {
      copy(part, copy);
      checkWhole(part, copy);
      copy.force();
      disk.rename(copyName, name);
      disk.syncDirectory(Segment.DIRECTORY);
      made = true;
    } finally {
      if (!made) {
        copy.close();
        disk.delete(copyName);
      }
    }
    completions.add(() -> part.segment().replaceFile(copy));
  }

  private static void copy(SegmentExtent part, Disk.DiskFile copy) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
    for (long at = 0; at < part.size(); ) {
      buffer.clear().limit((int) Math.min(COPY_BYTES, part.size() - at));
      int count = part.segment().file().read(buffer, at);
      if (count == 0) {
        throw new IOException(part.segment() + " ends at byte " + at);
      }
      copy.write(buffer.flip(), at);
      at += count;
    }
  }

  private static void checkWhole(SegmentExtent part, Disk.DiskFile copy)
      throws IOException, StoreException {
    Segment twin = part.segment().in(copy);
    SegmentScanner.Outcome outcome =
        new SegmentScanner()
            .scan(twin, Segment.HEADER_BYTES, true, (kind, record, meta, content, at) -> {});
    if (outcome.hasBadTail() || !outcome.skipped().isEmpty()) {
      long at = outcome.skipped().isEmpty() ? outcome.goodEnd() : outcome.skipped().get(0).offset();
      throw new StoreException(part.segment() + " can't be read back whole from byte " + at);
    }
  }

  private void done() {
    underWay = false;
    pauseMillis = FIRST_PAUSE_MILLIS;
    nextTryMillis = Long.MIN_VALUE;
    LOG.log(System.Logger.Level.INFO, "the log is written again");
    commit.recovered();
    // It found nothing to do as long as the failure stood; nobody else may wake it.
    sync.wake();
  }

  private void tryLater(Exception cause) {
    underWay = false;
    LOG.log(
        System.Logger.Level.WARNING,
        "the log can''t be written again yet: {0}; next try in {1} ms",
        cause.getMessage(),
        Long.toString(pauseMillis));
    nextTryMillis = clock.monotonicMillis() + pauseMillis;
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  private void giveUp(StoreException cause) {
    underWay = false;
    reporter.failed("syncing the log", cause);
  }
}
