package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Where the live versions of each key are: name → the bytes of an {@link IndexEntry}. Derived from
 * the log, and never the only place of anything. For the kernel thread only.
 */
interface KeyIndex {
  /**
   * The entry of a key.
   *
   * @return a view that is valid until the next call of any method; empty when there is none
   */
  Optional<ByteBuffer> get(byte[] name);

  /** Sets the entry of a key to the buffer's remaining bytes. */
  void put(byte[] name, ByteBuffer entry) throws IOException;

  /** Forgets a key; nothing happens when it is not there. */
  void remove(byte[] name);

  long count();

  /** Why no more keys should be put into it for now, if so; {@link #tryAgain} now and then. */
  default Optional<String> obstacle() {
    return Optional.empty();
  }

  /** Tries once more to grow where that has failed. */
  default void tryAgain() {}

  /**
   * Ends its use.
   *
   * @return what {@link Source#reopen} needs to find it again, all of it synced; empty when it
   *     can't be reopened
   */
  Optional<Snapshot> close() throws IOException;

  /**
   * The files of a closed index.
   *
   * @param files each with its size and checksum, in the order in which they are opened
   * @param outsized entries that are too large for the files
   */
  record Snapshot(List<FileStamp> files, List<Outsized> outsized) {
    /** Whether the files are known to be as they were left; else entries may be missing in them. */
    boolean isProven() {
      return files.stream().allMatch(MapLayer::isProven);
    }
  }

  /**
   * A file as it was left.
   *
   * @param name relative to the store's directory
   * @param size bytes
   * @param crc CRC32C of its content
   */
  record FileStamp(String name, long size, int crc) {}

  /** An entry that is kept beside the files. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Outsized(byte[] name, byte[] entry) {}

  /** Makes and finds indexes. */
  interface Source {
    /** The index that was closed with this snapshot; empty when it isn't there unchanged. */
    Optional<KeyIndex> reopen(Snapshot snapshot) throws IOException;

    /**
     * A new, empty one; files of another one are deleted.
     *
     * @param expectedKeys how many will soon be put into it
     */
    KeyIndex create(long expectedKeys) throws IOException;
  }
}
