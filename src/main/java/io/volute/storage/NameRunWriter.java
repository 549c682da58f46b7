package io.volute.storage;

import io.volute.record.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes a {@link NameRun} from names in ascending order. */
final class NameRunWriter {
  private static final int WRITE_BYTES = 64 << 10;
  private static final int MAX_ENTRY_BYTES =
      1 + 2 * Varints.MAX_BYTES + TreeKeys.MAX_HEAD_BYTES + Name.MAX_BYTES;

  private final Disk disk;
  private final String fileName;
  private final Disk.DiskFile file;
  private final ByteBuffer out =
      ByteBuffer.allocateDirect(WRITE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private ByteBuffer directory = ByteBuffer.allocate(WRITE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long written;
  private int blockStart;
  private byte[] firstOfBlock = {};
  private byte[] previous = {};
  private int blocks;
  private long entries;

  NameRunWriter(Disk disk, String fileName) throws IOException {
    this.disk = disk;
    this.fileName = fileName;
    this.file = disk.create(fileName);
  }

  void add(byte[] name, boolean live) throws IOException {
    if (out.position() - blockStart >= NameRun.BLOCK_BYTES) {
      endBlock();
    }
    if (out.remaining() < NameRun.BLOCK_BYTES + MAX_ENTRY_BYTES && out.position() == blockStart) {
      drain();
    }
    boolean first = out.position() == blockStart;
    int shared = first ? 0 : Math.max(0, Arrays.mismatch(previous, name));
    if (first) {
      firstOfBlock = name;
    }
    out.put((byte) (live ? 1 : 0));
    Varints.write(shared, out);
    Varints.write(name.length - shared, out);
    out.put(name, shared, name.length - shared);
    previous = name;
    entries++;
  }

  private void endBlock() {
    int end = out.position();
    out.putInt(NameRun.crcOf(out, blockStart, end));
    ensureDirectory(2 * Varints.MAX_BYTES + firstOfBlock.length);
    Varints.write(out.position() - blockStart, directory);
    Varints.write(firstOfBlock.length, directory);
    directory.put(firstOfBlock);
    blocks++;
    blockStart = out.position();
  }

  private void ensureDirectory(int more) {
    if (directory.remaining() < more) {
      ByteBuffer larger = ByteBuffer.allocate(2 * directory.capacity() + more);
      directory = larger.order(ByteOrder.LITTLE_ENDIAN).put(directory.flip());
    }
  }

  private void drain() throws IOException {
    int count = out.position();
    file.write(out.flip(), written);
    written += count;
    out.clear();
    blockStart = 0;
  }

  /** Completes the file, syncs it and opens it. */
  NameRun finish() throws IOException {
    if (out.position() > blockStart) {
      endBlock();
    }
    drain();
    ensureDirectory(NameRun.FOOTER_BYTES);
    directory.putLong(written).putInt(blocks).putLong(entries).putLong(NameRun.MAGIC);
    directory.putInt(NameRun.crcOf(directory, 0, directory.position()));
    file.write(directory.flip(), written);
    file.force();
    file.close();
    return NameRun.open(disk, fileName)
        .orElseThrow(() -> new IOException(fileName + " can't be read back"));
  }

  /** Gives the file up. */
  void abandon() throws IOException {
    file.close();
    disk.delete(fileName);
  }
}
