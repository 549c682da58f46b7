package io.volute.port;

import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Durable storage of values that are too large for memory. All methods are called by the kernel's
 * thread only and don't wait for the disk; what they lead to is told later, on the same thread and
 * outside of the call. The calls for one blob take effect in their order.
 *
 * <p>The life of a blob: {@link #begin}, any number of {@link #append}, {@link #finish}: now it is
 * whole and durable, and can be read. {@link Store#put} of a version with this value claims it; it
 * goes when the store forgets that version. One that is never claimed goes by {@link #discard}, or
 * is found as an orphan after a restart.
 */
public interface Blobs {
  /**
   * Begins a blob that will be filled from its first byte to its last.
   *
   * @param name the key it will belong to, by which an orphan is told
   * @throws StoreException when there are too many unfinished ones, or the store takes no changes
   */
  void begin(BlobId id, Name name) throws StoreException;

  /**
   * Adds bytes at its end.
   *
   * @param bytes at most 1 MiB; not to be changed afterwards
   * @param whenWritten gets false when it could not be written (then it is gone as if discarded),
   *     or is not (any more) there and unfinished. Who adds must not have more than a few megabytes
   *     unanswered
   */
  void append(BlobId id, byte[] bytes, Consumer<Boolean> whenWritten);

  /**
   * Completes it.
   *
   * @param whenDurable gets what it is, once it is as durable as the policy asks; empty when that
   *     failed or it has no byte at all (then it is gone as if discarded)
   */
  void finish(BlobId id, Consumer<Optional<Value.Blob>> whenDurable);

  /** Forgets one that is not claimed; one that is claimed, or unknown, stays as it is. */
  void discard(BlobId id);

  /** Whether it is here, finished, and not on its way out. */
  boolean isWhole(BlobId id);

  /**
   * Reads a part, after its checksum. One that is on its way out can be read for as long as reads
   * of it follow each other.
   *
   * @param offset less than its size
   * @param sizeBytes 1 to 1 MiB; cut at the blob's end
   * @param whenRead gets nothing when it is not here or damaged at that place
   */
  void read(BlobId id, long offset, int sizeBytes, Consumer<Optional<byte[]>> whenRead);
}
