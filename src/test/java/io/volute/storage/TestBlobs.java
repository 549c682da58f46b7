package io.volute.storage;

import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Puts blobs into stores and takes them out, waiting for what each call leads to. */
final class TestBlobs {
  private static final int PIECE_BYTES = 50_000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private TestBlobs() {}

  /** Fills a blob and finishes it; fails as a store does when that can't be done. */
  static Value.Blob make(StoreEngine store, Name name, BlobId id, byte[] content)
      throws StoreException {
    store.blobs().begin(id, name);
    for (int from = 0; from < content.length; from += PIECE_BYTES) {
      byte[] piece =
          Arrays.copyOfRange(content, from, Math.min(content.length, from + PIECE_BYTES));
      AtomicReference<Boolean> written = new AtomicReference<>();
      store.blobs().append(id, piece, written::set);
      if (!await(store, written)) {
        throw new StoreException("a piece could not be written");
      }
    }
    AtomicReference<Optional<Value.Blob>> made = new AtomicReference<>();
    store.blobs().finish(id, made::set);
    return await(store, made).orElseThrow(() -> new StoreException("it could not be finished"));
  }

  static Optional<byte[]> read(StoreEngine store, BlobId id, long offset, int size) {
    AtomicReference<Optional<byte[]>> read = new AtomicReference<>();
    store.blobs().read(id, offset, size, read::set);
    return await(store, read);
  }

  /** The whole value, be it a blob or not. */
  static Optional<Value> whole(StoreEngine store, Value value) {
    return value instanceof Value.Blob blob
        ? read(store, blob.id(), 0, (int) blob.sizeBytes()).map(Value::of)
        : Optional.of(value);
  }

  private static <T> T await(StoreEngine store, AtomicReference<T> result) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (result.get() == null) {
      if (store.runCompletions() == 0) {
        Thread.onSpinWait();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the store's blobs gave no answer");
      }
    }
    return result.get();
  }
}
