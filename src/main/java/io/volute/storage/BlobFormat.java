package io.volute.storage;

import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The layout of a blob's file, little-endian. Frames first: {@value #FRAME_CONTENT_BYTES} bytes of
 * content (fewer in the last one) and a CRC32C of the blob's id, the frame's number and the
 * content, so that a frame in a wrong place is not taken for the right one. Then a footer: the
 * key's name, its length (2), format version (2), the id (16), size (8) and CRC32C (4) of the
 * content, the footer's own CRC32C (4), magic (8). What a log record keeps of a blob is its id,
 * size and checksum.
 */
final class BlobFormat {
  static final String DIRECTORY = "blobs";
  static final String UNFINISHED_SUFFIX = ".part";
  static final int FRAME_CONTENT_BYTES = 64 << 10;
  static final int CHECKSUM_BYTES = 4;
  static final int FRAME_BYTES = FRAME_CONTENT_BYTES + CHECKSUM_BYTES;
  static final int REFERENCE_BYTES = 28;
  static final int FORMAT_VERSION = 1;
  static final int TAIL_BYTES = 44;
  static final int MAX_FOOTER_BYTES = Name.MAX_BYTES + TAIL_BYTES;

  private static final long MAGIC = 0x42_00_45_54_55_4C_4F_56L; // "VOLUTE\0B" as stored
  private static final int CRC_FROM_END = 12;

  private BlobFormat() {}

  /** What a footer says. */
  record Footer(Name name, Value.Blob value) {}

  static String fileName(BlobId id) {
    return DIRECTORY + "/" + id;
  }

  static String unfinishedName(BlobId id) {
    return fileName(id) + UNFINISHED_SUFFIX;
  }

  static Optional<BlobId> idOf(String file) {
    if (!file.matches("[0-9a-f]{32}")) {
      return Optional.empty();
    }
    return Optional.of(
        new BlobId(
            Long.parseUnsignedLong(file.substring(0, 16), 16),
            Long.parseUnsignedLong(file.substring(16), 16)));
  }

  static int frameChecksum(BlobId id, long frame, ByteBuffer content) {
    CRC32C crc = new CRC32C();
    ByteBuffer place = ByteBuffer.allocate(24);
    crc.update(place.putLong(id.high()).putLong(id.low()).putLong(frame).flip());
    crc.update(content.duplicate());
    return (int) crc.getValue();
  }

  /** Where the footer of a blob of this size begins: the end of its frames. */
  static long framesBytes(long sizeBytes) {
    long frames = (sizeBytes + FRAME_CONTENT_BYTES - 1) / FRAME_CONTENT_BYTES;
    return sizeBytes + frames * CHECKSUM_BYTES;
  }

  static ByteBuffer footer(Name name, Value.Blob value) {
    byte[] utf8 = name.utf8();
    ByteBuffer out = ByteBuffer.allocate(utf8.length + TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.put(utf8).putShort((short) utf8.length).putShort((short) FORMAT_VERSION);
    putReference(value, out);
    out.putInt(checksumOf(out.array(), out.position())).putLong(MAGIC);
    return out.flip();
  }

  private static int checksumOf(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /**
   * Reads a footer.
   *
   * @param end the last bytes of a file, as many as a footer may take where there are so many
   * @return empty when it is not whole, or the format of another version
   */
  static Optional<Footer> readFooter(ByteBuffer end, long fileBytes) {
    ByteBuffer in = end.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int tail = in.limit() - TAIL_BYTES;
    if (tail < 0 || in.getLong(in.limit() - Long.BYTES) != MAGIC) {
      return Optional.empty();
    }
    int nameBytes = in.getShort(tail) & 0xffff;
    int start = tail - nameBytes;
    if (start < 0 || in.getShort(tail + 2) != FORMAT_VERSION) {
      return Optional.empty();
    }
    byte[] covered = new byte[nameBytes + TAIL_BYTES - CRC_FROM_END];
    in.get(start, covered);
    if (checksumOf(covered, covered.length) != in.getInt(in.limit() - CRC_FROM_END)) {
      return Optional.empty();
    }
    byte[] utf8 = new byte[nameBytes];
    in.get(start, utf8);
    Optional<Value.Blob> value = readReference(in.position(tail + 4).slice());
    boolean fits =
        value.isPresent()
            && framesBytes(value.get().sizeBytes()) + nameBytes + TAIL_BYTES == fileBytes;
    return fits ? Name.of(utf8).map(name -> new Footer(name, value.get())) : Optional.empty();
  }

  private static void putReference(Value.Blob value, ByteBuffer out) {
    out.putLong(value.id().high()).putLong(value.id().low());
    out.putLong(value.sizeBytes()).putInt(value.checksum());
  }

  /** What a log record holds in the place of the value. */
  static byte[] reference(Value.Blob value) {
    ByteBuffer out = ByteBuffer.allocate(REFERENCE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    putReference(value, out);
    return out.array();
  }

  static Optional<Value.Blob> readReference(ByteBuffer bytes) {
    ByteBuffer in = bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < REFERENCE_BYTES) {
      return Optional.empty();
    }
    BlobId id = new BlobId(in.getLong(), in.getLong());
    long sizeBytes = in.getLong();
    boolean possible = sizeBytes >= 1 && sizeBytes <= Value.Blob.MAX_BYTES;
    return possible ? Optional.of(new Value.Blob(id, sizeBytes, in.getInt())) : Optional.empty();
  }
}
