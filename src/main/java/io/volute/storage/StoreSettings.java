package io.volute.storage;

import io.volute.hashing.DigestKey;
import java.util.List;

/**
 * How a durable store writes.
 *
 * @param fsync when a change counts as stored
 * @param segmentBytes a log file is closed once it has reached this size: small enough to scan and
 *     compact in one go, large enough that 1 TB is some thousands of files
 * @param batchBytes memory that gathers the records of a duty cycle for one write; a cycle with
 *     more of them writes several times
 * @param firstIndexEntries keys for which the first index map is made; each further map takes twice
 *     as many as the one before
 * @param checkpointChanges changes from one checkpoint to the next, about half of those that a
 *     start after a crash may have to read
 * @param digestKeys by which the sums of the hash tree are made: one for each secret of the cluster
 */
public record StoreSettings(
    FsyncPolicy fsync,
    long segmentBytes,
    int batchBytes,
    int firstIndexEntries,
    int checkpointChanges,
    List<DigestKey> digestKeys) {
  public static final long DEFAULT_SEGMENT_BYTES = 256L << 20;
  public static final int DEFAULT_BATCH_BYTES = 1 << 20;
  public static final int DEFAULT_FIRST_INDEX_ENTRIES = 64 << 10;

  public static final int DEFAULT_CHECKPOINT_CHANGES = 128 << 10;

  /** A record's head and metadata must fit into the batch in one piece. */
  static final int MIN_BATCH_BYTES = 64 << 10;

  /** Offsets within a segment stay below 2^40 with room for a last record of any size. */
  static final long MAX_SEGMENT_BYTES = 1L << 36;

  public StoreSettings {
    if (segmentBytes < 1 || segmentBytes > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException("segment size " + segmentBytes);
    }
    if (batchBytes < MIN_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "batch size " + batchBytes + ": allowed is " + MIN_BATCH_BYTES + " and up");
    }
    if (firstIndexEntries < 1) {
      throw new IllegalArgumentException("first index of " + firstIndexEntries + " entries");
    }
    if (checkpointChanges < 1) {
      throw new IllegalArgumentException("a checkpoint every " + checkpointChanges + " changes");
    }
    digestKeys = DigestKey.checked(digestKeys);
  }

  /** For a cluster without a secret. */
  public StoreSettings(
      FsyncPolicy fsync,
      long segmentBytes,
      int batchBytes,
      int firstIndexEntries,
      int checkpointChanges) {
    this(
        fsync,
        segmentBytes,
        batchBytes,
        firstIndexEntries,
        checkpointChanges,
        List.of(DigestKey.PLAIN));
  }

  /** With checkpoints as often as usual. */
  public StoreSettings(
      FsyncPolicy fsync, long segmentBytes, int batchBytes, int firstIndexEntries) {
    this(fsync, segmentBytes, batchBytes, firstIndexEntries, DEFAULT_CHECKPOINT_CHANGES);
  }

  public static StoreSettings withFsync(FsyncPolicy fsync) {
    return new StoreSettings(
        fsync, DEFAULT_SEGMENT_BYTES, DEFAULT_BATCH_BYTES, DEFAULT_FIRST_INDEX_ENTRIES);
  }

  /** The same, with sums by these digest keys. */
  public StoreSettings withDigestKeys(List<DigestKey> keys) {
    return new StoreSettings(
        fsync, segmentBytes, batchBytes, firstIndexEntries, checkpointChanges, keys);
  }
}
