package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Copies a store as it is at one moment, while it goes on: begins a new segment, waits until those
 * before are durable, and links them and all blobs into a directory. Files of both kinds are never
 * changed once they are complete; meanwhile none is deleted. What is derived from the log is left
 * out, and made anew by who opens the copy. Blobs that came later are orphans there.
 *
 * <p>For the kernel thread.
 */
final class Backup {
  private final Disk disk;
  private final SegmentLog log;
  private final GroupCommit commit;
  private final BlobFiles blobs;
  private final StoreReporter reporter;
  private final Completions completions;
  private final Background thread;

  /** Notes that the log has grown; returns the sequence number to wait for. */
  private final LongSupplier onAppended;

  private Optional<Cut> cut = Optional.empty();
  private boolean copying;

  private record Cut(
      Path target, List<Segment> segments, long sequence, Consumer<BackupResult> whenDone) {}

  Backup(
      StoreFiles files,
      SegmentLog log,
      GroupCommit commit,
      BlobFiles blobs,
      StoreReporter reporter,
      Completions completions,
      Background thread,
      LongSupplier onAppended) {
    this.disk = files.disk();
    this.log = log;
    this.commit = commit;
    this.blobs = blobs;
    this.reporter = reporter;
    this.completions = completions;
    this.thread = thread;
    this.onAppended = onAppended;
  }

  /**
   * Begins.
   *
   * @param target a directory that is made, and must be empty
   * @param whenDone told on the kernel thread, later
   * @throws StoreException when one is under way, or the log can't be written
   */
  void begin(Path target, Consumer<BackupResult> whenDone) throws StoreException {
    if (isUnderWay()) {
      throw new StoreException("a backup is under way already");
    }
    try {
      List<Segment> complete = log.cut();
      blobs.hold(true);
      cut = Optional.of(new Cut(target, complete, onAppended.getAsLong(), whenDone));
      commit.wantSync();
    } catch (IOException e) {
      throw new StoreException("a new log file can't be begun: " + e.getMessage(), e);
    }
  }

  /** Whether segments must stay. */
  boolean isUnderWay() {
    return cut.isPresent();
  }

  /** Goes on when it is time. Cheap when there is nothing to do. */
  void step() {
    if (cut.isEmpty() || copying) {
      return;
    }
    Cut now = cut.get();
    if (reporter.hasFailed()) {
      done(BackupResult.failed(reporter.failure()));
    } else if (commit.synced() >= now.sequence()) {
      copying = true;
      completions.tell(
          thread.executor(),
          () -> copy(now),
          this::done,
          cause -> done(BackupResult.failed("copying failed: " + cause.getMessage())));
    }
  }

  private BackupResult copy(Cut now) throws IOException {
    long bytes = 0;
    long count = 0;
    List<String> files = new ArrayList<>();
    for (Segment segment : now.segments()) {
      files.add(segment.toString());
      String seal = Segment.sealName(segment.number());
      if (disk.exists(seal)) {
        files.add(seal);
      }
    }
    for (String blob : disk.list(BlobFormat.DIRECTORY)) {
      if (BlobFormat.idOf(blob).isPresent()) {
        files.add(BlobFormat.DIRECTORY + "/" + blob);
      }
    }
    Path logs = Files.createDirectories(now.target().resolve(Segment.DIRECTORY));
    Path blobFiles = Files.createDirectories(now.target().resolve(BlobFormat.DIRECTORY));
    for (String file : files) {
      Path copy = now.target().resolve(file);
      disk.linkOrCopy(file, copy);
      bytes += Files.size(copy);
      count++;
    }
    RealDisk.syncDirectory(logs);
    RealDisk.syncDirectory(blobFiles);
    RealDisk.syncDirectory(now.target());
    return new BackupResult("", count, bytes);
  }

  private void done(BackupResult result) {
    Cut now = cut.orElseThrow();
    cut = Optional.empty();
    copying = false;
    blobs.hold(false);
    now.whenDone().accept(result);
  }
}
