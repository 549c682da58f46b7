package io.volute.storage;

import io.volute.port.StoreException;
import io.volute.record.BlobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads a store's files from front to end, at a limited rate, and says what in them is not as it
 * was written. Files come and go meanwhile: one that is gone was not needed any more. For one
 * thread, which is not the kernel's.
 */
final class ScrubReader {
  /** Half of what compaction may read: a disk of 1 TB takes nine hours. */
  private static final long BYTES_PER_SECOND = 32L << 20;

  private static final long SHORTEST_REST_NANOS = 1_000_000;

  /** What was found; empty lists where all is as it was written. */
  record Findings(
      List<StoreReport> log, List<BlobId> blobs, List<String> runs, boolean checkpointDamaged) {}

  private final Disk disk;
  private final boolean paced;
  private final AtomicLong bytesRead = new AtomicLong();
  private volatile boolean stopping;
  private long dueNanos;

  ScrubReader(Disk disk, boolean paced) {
    this.disk = disk;
    this.paced = paced;
  }

  /** Bytes of the round under way. For any thread. */
  long bytesRead() {
    return bytesRead.get();
  }

  /** Lets what is under way end soon. */
  void stop() {
    stopping = true;
  }

  /**
   * Reads everything.
   *
   * @throws IOException when it is stopped, or the disk can't even say what is there
   */
  Findings read(List<SegmentExtent> log, List<String> runs) throws IOException {
    bytesRead.set(0);
    dueNanos = System.nanoTime();
    List<StoreReport> damage = new ArrayList<>();
    for (SegmentExtent part : log) {
      damage.addAll(damageIn(part));
    }
    List<BlobId> blobs = damagedBlobs();
    List<String> damagedRuns = new ArrayList<>();
    for (String run : runs) {
      if (!isWholeRun(run)) {
        damagedRuns.add(run);
      }
    }
    boolean checkpoint = disk.exists(Checkpoint.FILE) && Checkpoint.read(disk).isEmpty();
    return new Findings(damage, blobs, damagedRuns, checkpoint && disk.exists(Checkpoint.FILE));
  }

  private List<StoreReport> damageIn(SegmentExtent part) throws IOException {
    try {
      return scan(part);
    } catch (IOException e) {
      if (stopping || !disk.exists(part.segment().toString())) {
        return List.of();
      }
    }
    try {
      // Its file may just have been replaced by a copy.
      return scan(part);
    } catch (IOException e) {
      return List.of(whole(part, StoreReport.What.SEGMENT_UNREADABLE));
    }
  }

  private static StoreReport whole(SegmentExtent part, StoreReport.What what) {
    return new StoreReport(what, part.segment().toString(), 0, part.size());
  }

  private List<StoreReport> scan(SegmentExtent part) throws IOException {
    Segment segment = part.segment();
    List<StoreReport> damage = new ArrayList<>();
    if (!segment.restoreHeader()) {
      damage.add(
          new StoreReport(
              StoreReport.What.RECORDS_SKIPPED, segment.toString(), 0, Segment.HEADER_BYTES));
    }
    try {
      SegmentScanner.Outcome outcome =
          new SegmentScanner()
              .scan(
                  segment,
                  Segment.HEADER_BYTES,
                  part.size(),
                  true,
                  (kind, name, meta, content, at) -> took(at.length()));
      damage.addAll(outcome.skipped());
      if (outcome.hasBadTail()) {
        damage.add(
            new StoreReport(
                StoreReport.What.RECORDS_SKIPPED,
                segment.toString(),
                outcome.goodEnd(),
                outcome.size() - outcome.goodEnd()));
      }
    } catch (StoreException e) {
      // A record that says of itself that a newer program wrote it, which none did.
      damage.add(whole(part, StoreReport.What.RECORDS_SKIPPED));
    }
    if (segment.isSealed() && damage.isEmpty() && !Seal.isValid(disk, segment)) {
      damage.add(new StoreReport(StoreReport.What.SEAL_RENEWED, segment.toString(), 0, 0));
      Seal.write(disk, segment);
    }
    return damage;
  }

  /** Counts what was read, and rests when that was too fast. */
  private void took(long bytes) throws IOException {
    if (stopping) {
      throw new IOException("the store is being closed");
    }
    bytesRead.addAndGet(bytes);
    dueNanos += TimeUnit.SECONDS.toNanos(bytes) / BYTES_PER_SECOND;
    long restNanos = dueNanos - System.nanoTime();
    if (restNanos < 0) {
      // What could not be read in time is not made up for.
      dueNanos -= restNanos;
    } else if (paced && restNanos > SHORTEST_REST_NANOS) {
      LockSupport.parkNanos(this, restNanos);
    }
  }

  private List<BlobId> damagedBlobs() throws IOException {
    List<BlobId> damaged = new ArrayList<>();
    for (String file : disk.list(BlobFormat.DIRECTORY)) {
      Optional<BlobId> id = BlobFormat.idOf(file);
      if (id.isPresent() && !isWholeBlob(id.get())) {
        damaged.add(id.get());
      }
    }
    return damaged;
  }

  private boolean isWholeBlob(BlobId id) throws IOException {
    try {
      Optional<BlobReader> opened = BlobReader.open(disk, id);
      if (opened.isPresent()) {
        try (BlobReader reader = opened.get()) {
          return reader.verify(this::took) || isGone(id);
        }
      }
      return isGone(id);
    } catch (IOException e) {
      if (stopping) {
        throw e;
      }
      return isGone(id);
    }
  }

  private boolean isGone(BlobId id) throws IOException {
    return !disk.exists(BlobFormat.fileName(id));
  }

  private boolean isWholeRun(String file) throws IOException {
    Optional<NameRun> run = NameRun.open(disk, file);
    if (run.isEmpty()) {
      return !disk.exists(file);
    }
    boolean whole = run.get().isWhole();
    took(run.get().sizeBytes());
    run.get().close();
    return whole || !disk.exists(file);
  }

  /** What there is to read, about. */
  long bytesToRead(List<SegmentExtent> log, List<String> runs) throws IOException {
    long bytes = log.stream().mapToLong(SegmentExtent::size).sum();
    for (String file : disk.list(BlobFormat.DIRECTORY)) {
      if (BlobFormat.idOf(file).isPresent()) {
        bytes += sizeOf(BlobFormat.DIRECTORY + "/" + file);
      }
    }
    for (String run : runs) {
      bytes += sizeOf(run);
    }
    return bytes;
  }

  private long sizeOf(String name) throws IOException {
    if (!disk.exists(name)) {
      return 0;
    }
    try (Disk.DiskFile file = disk.open(name)) {
      return file.size();
    }
  }
}
