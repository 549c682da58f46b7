package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** A stretch of a file in memory, moved along as a scan goes on. */
final class ScanWindow {
  private static final int BYTES = 256 << 10;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();
  private Disk.DiskFile file;
  private long size;
  private long start;

  /**
   * @param end where to take the file's end to be
   */
  void open(Disk.DiskFile opened, long end) {
    file = opened;
    size = end;
    start = 0;
    buffer.clear().limit(0);
  }

  long size() {
    return size;
  }

  /** Moves, if needed, so that {@code count} bytes from there, or all up to the end, are in it. */
  void show(long at, int count) throws IOException {
    long end = Math.min(at + count, size);
    if (at >= start && end <= start + buffer.limit()) {
      return;
    }
    buffer.clear();
    buffer.limit((int) Math.min(BYTES, size - at));
    file.read(buffer, at);
    buffer.flip();
    start = at;
  }

  /** Its bytes; {@link #indexOf} says where. Valid until the next move. */
  ByteBuffer buffer() {
    return buffer;
  }

  int indexOf(long at) {
    return (int) (at - start);
  }

  byte[] copy(long at, int count) throws IOException {
    show(at, count);
    byte[] bytes = new byte[count];
    buffer.get(indexOf(at), bytes);
    return bytes;
  }

  int crcOf(long at, int count) throws IOException {
    crc.reset();
    for (int done = 0; done < count; ) {
      show(at + done, 1);
      int from = indexOf(at + done);
      int length = Math.min(count - done, buffer.limit() - from);
      crc.update(buffer.duplicate().limit(from + length).position(from));
      done += length;
    }
    return (int) crc.getValue();
  }
}
