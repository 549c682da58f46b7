package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which versions of a {@link SegmentLog} have blobs, and which. Nothing but the record says
 * so, but its length does already: the record of a blob is shorter than the value.
 */
final class BlobVersions {
  /** What the record of a blob takes beside its metadata, at most. */
  private static final int RECORD_BYTES =
      RecordFormat.FIXED_BYTES + Name.MAX_BYTES + BlobFormat.REFERENCE_BYTES;

  private final SegmentLog log;
  private final BlobFiles blobs;

  BlobVersions(SegmentLog log, BlobFiles blobs) {
    this.log = log;
    this.blobs = blobs;
  }

  static boolean isBlob(Version version, Location at) {
    return at.length() < version.sizeBytes();
  }

  /** Refuses a version or a value that no record can hold. */
  static void checkFits(Version version, Value value) throws StoreException {
    if (version.sizeBytes() != value.sizeBytes()) {
      throw new IllegalArgumentException(version + " with " + value);
    }
    if (VersionCodec.maxSizeBytes(version) > VersionCodec.MAX_BYTES) {
      throw new StoreException(
          "the version's metadata is larger than " + VersionCodec.MAX_BYTES + " bytes");
    }
    if (value instanceof Value.Blob) {
      if (value.sizeBytes() <= VersionCodec.maxSizeBytes(version) + RECORD_BYTES) {
        throw new StoreException("a value of " + value.sizeBytes() + " bytes needs no blob");
      }
    } else if (value.sizeBytes() > RecordFormat.MAX_VALUE_BYTES) {
      throw new StoreException(
          "the value is larger than " + RecordFormat.MAX_VALUE_BYTES + " bytes");
    }
  }

  /**
   * Reads the value of a version, or which blob has it.
   *
   * @throws StoreException when the record is damaged, or the blob is not there
   */
  Value read(Name name, Version version, Location at) throws StoreException {
    if (!isBlob(version, at)) {
      return Value.of(readRecord(name, at));
    }
    Value.Blob blob = readReference(name, at);
    if (!blobs.isWhole(blob.id())) {
      throw new StoreException("blob " + blob.id() + " of key '" + name + "' is missing");
    }
    return blob;
  }

  private byte[] readRecord(Name name, Location at) throws StoreException {
    try {
      return log.readValue(at, name.utf8());
    } catch (IOException e) {
      throw new StoreException("reading the log failed: " + e.getMessage(), e);
    }
  }

  /** Which blob a version has. */
  Value.Blob readReference(Name name, Location at) throws StoreException {
    return BlobFormat.readReference(ByteBuffer.wrap(readRecord(name, at)))
        .orElseThrow(
            () -> new StoreException("the record of a blob of key '" + name + "' is malformed"));
  }

  private Optional<BlobId> blobOf(Name name, IndexEntry entry, Version version) {
    Location at = entry.find(version.dot()).orElseThrow();
    if (!isBlob(version, at)) {
      return Optional.empty();
    }
    try {
      return Optional.of(readReference(name, at).id());
    } catch (StoreException e) {
      // Damaged: which file it was is not known any more, so that file stays.
      return Optional.empty();
    }
  }

  /** The blobs of all versions of a key. */
  Set<BlobId> of(Name name, IndexEntry entry) {
    return new HashSet<>(dropped(name, entry, VersionSet.EMPTY));
  }

  /** The blob that a version has, whose record is about to be replaced by another of the same. */
  Optional<BlobId> replaced(Name name, IndexEntry before, Dot dot) {
    return before.versions().find(dot).flatMap(version -> blobOf(name, before, version));
  }

  /** The blobs of the versions that a change is about to drop. */
  List<BlobId> dropped(Name name, IndexEntry before, VersionSet after) {
    List<BlobId> dropped = new ArrayList<>();
    for (Version version : before.versions()) {
      if (after.find(version.dot()).isEmpty()) {
        blobOf(name, before, version).ifPresent(dropped::add);
      }
    }
    return dropped;
  }
}
