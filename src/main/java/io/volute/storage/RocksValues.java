package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.RocksCodec.Entry;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the values of a {@link RocksStore}. For the kernel thread. */
final class RocksValues {
  private final RocksTables tables;
  private final BlobFiles blobs;

  RocksValues(RocksTables tables, BlobFiles blobs) {
    this.tables = tables;
    this.blobs = blobs;
  }

  /** Reads a value that is held. */
  Value read(Name name, Dot dot, Entry entry) throws StoreException {
    byte[] bytes = bytesOf(name, dot);
    if (!entry.blobs().contains(dot)) {
      return Value.of(bytes);
    }
    Value.Blob blob = reference(name, bytes);
    if (!blobs.isWhole(blob.id())) {
      throw new StoreException("blob " + blob.id() + " of key '" + name + "' is missing");
    }
    return blob;
  }

  private byte[] bytesOf(Name name, Dot dot) throws StoreException {
    try {
      return tables
          .get(Table.VALUES, RocksCodec.valueKey(name, dot))
          .orElseThrow(() -> new StoreException("a value of key '" + name + "' is missing"));
    } catch (IOException e) {
      throw new StoreException("a value can't be read back: " + e.getMessage(), e);
    }
  }

  private static Value.Blob reference(Name name, byte[] bytes) throws StoreException {
    return BlobFormat.readReference(ByteBuffer.wrap(bytes))
        .orElseThrow(
            () -> new StoreException("what is kept of a blob of key '" + name + "' is malformed"));
  }

  /** The blob of a version, if it has one and that can be told. */
  Optional<BlobId> blobOf(Name name, Dot dot, Entry entry) {
    if (!entry.blobs().contains(dot)) {
      return Optional.empty();
    }
    try {
      return Optional.of(reference(name, bytesOf(name, dot)).id());
    } catch (StoreException e) {
      // Damaged: which file it was is not known any more, so that file stays.
      return Optional.empty();
    }
  }

  /** Blobs that no version has after a change; {@code replaced} is put again, or for the first. */
  List<BlobId> dropped(Name name, Entry before, VersionSet after, Optional<Dot> replaced) {
    List<BlobId> dropped = new ArrayList<>();
    for (Version version : before.versions()) {
      Dot dot = version.dot();
      if (after.find(dot).isEmpty() || replaced.equals(Optional.of(dot))) {
        blobOf(name, dot, before).ifPresent(dropped::add);
      }
    }
    return dropped;
  }
}
