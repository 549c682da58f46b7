package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The proof that a segment was complete and synced: a small file beside it, little-endian: segment
 * number (4), end of the segment (8), CRC32C of these (4). A scan after a crash checks the values
 * of segments without it as well: there a value may be torn though its head is whole.
 */
final class Seal {
  private static final int BYTES = 16;

  private Seal() {}

  static void write(Disk disk, Segment segment) throws IOException {
    ByteBuffer content = buffer().putInt(segment.number()).putLong(segment.file().size());
    content.putInt(crc(content));
    AtomicFile.write(disk, Segment.DIRECTORY, Segment.sealName(segment.number()), content.array());
  }

  static boolean isValid(Disk disk, Segment segment) throws IOException {
    String name = Segment.sealName(segment.number());
    if (!disk.exists(name)) {
      return false;
    }
    ByteBuffer content = buffer();
    try (Disk.DiskFile file = disk.open(name)) {
      if (file.size() != BYTES || file.read(content, 0) != BYTES) {
        return false;
      }
    }
    return content.getInt(0) == segment.number()
        && content.getLong(4) == segment.file().size()
        && content.getInt(12) == crc(content);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.array(), 0, BYTES - 4);
    return (int) crc.getValue();
  }
}
