package io.volute.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The layout of a log record, little-endian, and its checksums. Also a flyweight: after {@link
 * #read} it holds the fields of the record that was read.
 *
 * <p>The head's checksum also covers the segment's random salt and the record's place, which are
 * not stored in it. Bytes that look like a record but lie elsewhere (a log file that somebody
 * stores as a value, a block that the disk returns from another place) are therefore not one. The
 * value has a checksum of its own, so a scan can check heads without reading values.
 *
 * <p>Not thread-safe: one for each thread.
 */
final class RecordFormat {
  static final int HEAD_CRC_OFFSET = 0;
  static final int MARKER_OFFSET = 4;
  static final int KIND_OFFSET = 6;
  static final int FLAGS_OFFSET = 7;
  static final int NAME_LENGTH_OFFSET = 8;
  static final int META_LENGTH_OFFSET = 10;
  static final int VALUE_LENGTH_OFFSET = 12;
  static final int VALUE_CRC_OFFSET = 16;
  static final int FIXED_BYTES = 20;

  /** Makes the search for the next record behind damage quick: few places pass it. */
  static final short MARKER = 0x56D1;

  static final int MAX_NAME_BYTES = 4096;

  /** The most that a record takes without its value. */
  static final int MAX_HEAD_BYTES = FIXED_BYTES + MAX_NAME_BYTES + VersionCodec.MAX_BYTES;

  /** A little less than what an array can hold. */
  static final int MAX_VALUE_BYTES = Integer.MAX_VALUE - MAX_HEAD_BYTES - 16;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer place = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);

  private int kindCode;
  private int flags;
  private int nameLength;
  private int metaLength;
  private int valueLength;
  private int valueCrc;

  /** Appends a record's head; the value must follow. */
  void write(
      ByteBuffer out,
      long salt,
      long offset,
      RecordKind kind,
      byte[] name,
      ByteBuffer meta,
      byte[] value) {
    int start = out.position();
    int metaBytes = meta.remaining();
    out.putInt(0)
        .putShort(MARKER)
        .put((byte) kind.code())
        .put((byte) 0)
        .putShort((short) name.length)
        .putShort((short) metaBytes)
        .putInt(value.length)
        .putInt(crcOf(value))
        .put(name)
        .put(meta);
    out.putInt(start, headCrc(out, start, salt, offset, FIXED_BYTES + name.length + metaBytes));
  }

  /**
   * Whether the bytes from {@code at} up to the buffer's limit begin with the head of a record that
   * belongs to this place; loads its fields if so.
   */
  boolean read(ByteBuffer in, int at, long salt, long offset) {
    if (!peek(in, at) || in.limit() - at < headLength()) {
      return false;
    }
    return in.getInt(at + HEAD_CRC_OFFSET) == headCrc(in, at, salt, offset, headLength());
  }

  /** Loads the fields at a place without a check of their sum; false when they can't be a head. */
  boolean peek(ByteBuffer in, int at) {
    if (in.limit() - at < FIXED_BYTES || in.getShort(at + MARKER_OFFSET) != MARKER) {
      return false;
    }
    kindCode = in.get(at + KIND_OFFSET) & 0xff;
    flags = in.get(at + FLAGS_OFFSET) & 0xff;
    nameLength = in.getShort(at + NAME_LENGTH_OFFSET) & 0xffff;
    metaLength = in.getShort(at + META_LENGTH_OFFSET) & 0xffff;
    valueLength = in.getInt(at + VALUE_LENGTH_OFFSET);
    valueCrc = in.getInt(at + VALUE_CRC_OFFSET);
    return nameLength <= MAX_NAME_BYTES
        && metaLength <= VersionCodec.MAX_BYTES
        && valueLength >= 0
        && valueLength <= MAX_VALUE_BYTES;
  }

  private int headCrc(ByteBuffer in, int at, long salt, long offset, int headLength) {
    crc.reset();
    crc.update(place.putLong(0, salt).putLong(8, offset).array(), 0, 16);
    int position = in.position();
    int limit = in.limit();
    in.limit(at + headLength).position(at + MARKER_OFFSET);
    crc.update(in);
    in.limit(limit).position(position);
    return (int) crc.getValue();
  }

  int crcOf(byte[] value) {
    crc.reset();
    crc.update(value, 0, value.length);
    return (int) crc.getValue();
  }

  int kindCode() {
    return kindCode;
  }

  /** None is defined yet; a reader must not guess at what an unknown one means. */
  int flags() {
    return flags;
  }

  int nameLength() {
    return nameLength;
  }

  int metaLength() {
    return metaLength;
  }

  int valueLength() {
    return valueLength;
  }

  int valueCrc() {
    return valueCrc;
  }

  int headLength() {
    return FIXED_BYTES + nameLength + metaLength;
  }

  int length() {
    return headLength() + valueLength;
  }
}
