package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the values of records back and checks them: the place must hold this very record, whole.
 * For the kernel thread only.
 */
final class ValueReader {
  private static final int FIRST_BUFFER_BYTES = 64 << 10;

  private final int maxBufferBytes;
  private final RecordFormat format = new RecordFormat();
  private ByteBuffer buffer = SegmentLog.direct(FIRST_BUFFER_BYTES);

  /**
   * @param maxBufferBytes a larger record is read in pieces
   */
  ValueReader(int maxBufferBytes) {
    this.maxBufferBytes = maxBufferBytes;
  }

  /**
   * The value of a record that is written.
   *
   * @throws StoreException when the place doesn't hold this very record, whole
   */
  byte[] read(Segment segment, Location at, byte[] name) throws IOException, StoreException {
    return at.length() <= bufferFor(at).capacity()
        ? readWhole(segment, at, name)
        : readInPieces(segment, at, name);
  }

  private ByteBuffer bufferFor(Location at) {
    if (at.length() > buffer.capacity() && at.length() <= maxBufferBytes) {
      buffer = SegmentLog.direct(maxBufferBytes);
    }
    return buffer;
  }

  private byte[] readWhole(Segment segment, Location at, byte[] name)
      throws IOException, StoreException {
    buffer.clear().limit(at.length());
    segment.file().read(buffer, at.offset());
    return valueIn(buffer.flip(), 0, segment, at, name);
  }

  /** The same for a record that lies in memory, at {@code start}. */
  byte[] valueIn(ByteBuffer in, int start, Segment segment, Location at, byte[] name)
      throws StoreException {
    checkHead(in, start, segment, at, name);
    if (in.limit() - start < at.length()) {
      throw damaged(at, "it is cut short");
    }
    byte[] value = new byte[format.valueLength()];
    in.get(start + format.headLength(), value);
    return checked(value, at);
  }

  /**
   * For a value that is larger than the read buffer: its head first, then straight into its array.
   */
  private byte[] readInPieces(Segment segment, Location at, byte[] name)
      throws IOException, StoreException {
    buffer.clear().limit(Math.min(RecordFormat.MAX_HEAD_BYTES, at.length()));
    segment.file().read(buffer, at.offset());
    checkHead(buffer.flip(), 0, segment, at, name);
    byte[] value = new byte[format.valueLength()];
    long from = at.offset() + format.headLength();
    for (int done = 0; done < value.length; ) {
      buffer.clear().limit(Math.min(buffer.capacity(), value.length - done));
      int count = segment.file().read(buffer, from + done);
      if (count == 0) {
        throw damaged(at, "it is cut short");
      }
      buffer.flip().get(value, done, count);
      done += count;
    }
    return checked(value, at);
  }

  private void checkHead(ByteBuffer in, int start, Segment segment, Location at, byte[] name)
      throws StoreException {
    boolean whole =
        format.read(in, start, segment.salt(), at.offset())
            && format.length() == at.length()
            && isVersion(format.kindCode())
            && format.nameLength() == name.length;
    if (!whole || !nameMatches(in, start + RecordFormat.FIXED_BYTES, name)) {
      throw damaged(at, "its head is damaged");
    }
  }

  private static boolean isVersion(int kindCode) {
    return kindCode == RecordKind.VERSION.code() || kindCode == RecordKind.BLOB_VERSION.code();
  }

  private static boolean nameMatches(ByteBuffer in, int at, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      if (in.get(at + i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private byte[] checked(byte[] value, Location at) throws StoreException {
    if (format.crcOf(value) != format.valueCrc()) {
      throw damaged(at, "its value is damaged");
    }
    return value;
  }

  private static StoreException damaged(Location at, String how) {
    return new StoreException(
        "a record can't be read back: "
            + how
            + ": "
            + Segment.fileName(at.segment())
            + " at byte "
            + at.offset());
  }
}
