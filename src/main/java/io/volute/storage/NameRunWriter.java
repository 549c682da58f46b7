package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes a {@link NameRun} from names in ascending order. */
final class NameRunWriter {
  private static final int WRITE_BYTES = 64 << 10;

  /** What an entry takes beside its name and content, and the checksum behind it. */
  private static final int ENTRY_OVERHEAD_BYTES = 1 + 3 * Varints.MAX_BYTES + NameRun.CRC_BYTES;

  private final Disk disk;
  private final String fileName;
  private final Disk.DiskFile file;
  private final NameFilter filter;
  private ByteBuffer out = ByteBuffer.allocateDirect(WRITE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private ByteBuffer directory = ByteBuffer.allocate(WRITE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long written;
  private int blockStart;
  private byte[] firstOfBlock = {};
  private byte[] previous = {};
  private int blocks;
  private long entries;

  /**
   * Begins a file.
   *
   * @param maxNames no more of them will be added
   */
  NameRunWriter(Disk disk, String fileName, long maxNames) throws IOException {
    this.disk = disk;
    this.fileName = fileName;
    this.filter = NameFilter.forNames(maxNames);
    this.file = disk.create(fileName);
  }

  /**
   * Adds a name behind those before.
   *
   * @param content kept with it; empty for one that was removed
   */
  void add(byte[] name, boolean live, byte[] content) throws IOException {
    if (out.position() - blockStart >= NameRun.BLOCK_BYTES) {
      endBlock();
    }
    int needed = ENTRY_OVERHEAD_BYTES + name.length + content.length;
    if (out.remaining() < needed) {
      makeRoom(needed);
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
    Varints.write(content.length, out);
    out.put(content);
    filter.add(NameFilter.hashOf(name));
    previous = name;
    entries++;
  }

  private void makeRoom(int needed) throws IOException {
    if (out.position() > blockStart) {
      endBlock();
    }
    drain();
    if (out.capacity() < needed) {
      out = ByteBuffer.allocateDirect(needed).order(ByteOrder.LITTLE_ENDIAN);
    }
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
    int filterBytes = filter.wordCount() * Long.BYTES;
    int length = filterBytes + directory.position() + NameRun.FOOTER_BYTES;
    ByteBuffer end = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    filter.write(end);
    end.put(directory.flip());
    end.putLong(written).putInt(filter.wordCount()).putInt(blocks).putLong(entries);
    end.putLong(NameRun.MAGIC);
    end.putInt(NameRun.crcOf(end, 0, end.position()));
    file.write(end.flip(), written);
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
