package io.volute.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value: its bytes, or, where they are too many to be held in memory, the name of the blob that
 * has them. Immutable.
 */
public sealed interface Value permits Value.Inline, Value.Blob {
  Value EMPTY = new Inline(new byte[0]);

  /** Takes the array over: the caller must not change it afterwards. */
  static Value of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Inline(bytes);
  }

  static Value of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Its length, that of a blob's content included. */
  long sizeBytes();

  /**
   * The bytes themselves, not a copy: they must not be changed.
   *
   * @throws IllegalStateException for a blob, whose bytes are not in memory
   */
  byte[] bytes();

  /** A value in memory. */
  final class Inline implements Value {
    private final byte[] bytes;

    private Inline(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public boolean equals(Object object) {
      return object instanceof Inline other && Arrays.equals(bytes, other.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return bytes.length + " bytes";
    }
  }

  /**
   * A value that is kept as a blob.
   *
   * @param id which blob
   * @param sizeBytes of its content, 1 to {@link #MAX_BYTES}
   * @param checksum CRC-32C of its content, from where it first came in to whoever reads it
   */
  record Blob(BlobId id, long sizeBytes, int checksum) implements Value {
    public static final long MAX_BYTES = 1L << 40;

    public Blob {
      if (sizeBytes < 1 || sizeBytes > MAX_BYTES) {
        throw new IllegalArgumentException("a blob of " + sizeBytes + " bytes");
      }
    }

    @Override
    public byte[] bytes() {
      throw new IllegalStateException("the bytes of blob " + id + " are not in memory");
    }
  }
}
