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
    byte[] content = new byte[BYTES];
    ByteBuffer fields = fields(content);
    fields.putInt(segment.number()).putLong(segment.file().size()).putInt(crc(content));
    AtomicFile.write(disk, Segment.DIRECTORY, Segment.sealName(segment.number()), content);
    segment.setSealed(true);
  }

  static boolean isValid(Disk disk, Segment segment) throws IOException {
    String name = Segment.sealName(segment.number());
    byte[] content = disk.exists(name) ? AtomicFile.read(disk, name) : new byte[0];
    if (content.length != BYTES) {
      return false;
    }
    ByteBuffer fields = fields(content);
    return fields.getInt() == segment.number()
        && fields.getLong() == segment.file().size()
        && fields.getInt() == crc(content);
  }

  private static ByteBuffer fields(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, BYTES - 4);
    return (int) crc.getValue();
  }
}
