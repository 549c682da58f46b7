package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file of sorted names, written once. Little-endian.
 *
 * <p>Blocks of about {@value #BLOCK_BYTES} bytes, each ending in its CRC32C (4). An entry: 1 when
 * live or 0 when removed (1), varint of the bytes shared with the name before in the block, varint
 * of the number of further bytes, these, varint of the content's length, the content. Then a {@link
 * NameFilter} of 8-byte words and the directory: for each block varint of its length and of its
 * first name's length, that name. Last the footer: where the filter begins (8), its number of words
 * (4), number of blocks (4), number of entries (8), magic (8), CRC32C of filter, directory and
 * footer up to here (4).
 */
final class NameRun {
  /** Where the order of names keeps its files. */
  static final String DIRECTORY = "names";

  /** Where the order of key hashes does, see {@link StoredTree}. */
  static final String TREE_DIRECTORY = "tree";

  static final int BLOCK_BYTES = 8 << 10;
  static final int CRC_BYTES = 4;
  static final int FOOTER_BYTES = 36;
  static final long MAGIC = 0x32_4E_55_52_4C_4F_56L; // "VOLRUN2" as stored

  /** A larger file is not read when it is opened: its blocks have their own checksums. */
  private static final long MAX_VERIFIED_BYTES = 64L << 20;

  private static final String SUFFIX = ".run";

  private final String fileName;
  private final Disk.DiskFile file;
  private final long size;
  private final int crc;
  private final long entryCount;
  private final NameFilter filter;
  private final byte[][] firstNames;

  /** Where each block begins, and the end of the last one. */
  private final long[] offsets;

  /** For the kernel thread; others make their own. */
  private final Cursor cursor = new Cursor();

  private NameRun(
      String fileName,
      Disk.DiskFile file,
      long size,
      int crc,
      long entryCount,
      NameFilter filter,
      byte[][] firstNames,
      long[] offsets) {
    this.fileName = fileName;
    this.file = file;
    this.size = size;
    this.crc = crc;
    this.entryCount = entryCount;
    this.filter = filter;
    this.firstNames = firstNames;
    this.offsets = offsets;
  }

  static String fileName(String directory, long number) {
    return String.format("%s/%08d%s", directory, number, SUFFIX);
  }

  static long numberOf(String fileName) {
    int from = fileName.indexOf('/') + 1;
    return Long.parseLong(fileName.substring(from, fileName.length() - SUFFIX.length()));
  }

  /** Opens a file; empty when it is not whole. Blocks are checked when they are read. */
  static Optional<NameRun> open(Disk disk, String fileName) throws IOException {
    if (!disk.exists(fileName)) {
      return Optional.empty();
    }
    Disk.DiskFile file = disk.open(fileName);
    long size = file.size();
    ByteBuffer footer = read(file, Math.max(0, size - FOOTER_BYTES), FOOTER_BYTES);
    long directoryAt = footer.remaining() == FOOTER_BYTES ? footer.getLong(0) : -1;
    long length = size - directoryAt;
    if (directoryAt < 0 || length < FOOTER_BYTES || length > Integer.MAX_VALUE) {
      file.close();
      return Optional.empty();
    }
    ByteBuffer directory = read(file, directoryAt, (int) length);
    int crc = crcOf(directory, 0, directory.limit() - CRC_BYTES);
    boolean whole =
        footer.getLong(24) == MAGIC && directory.getInt(directory.limit() - CRC_BYTES) == crc;
    if (!whole) {
      file.close();
      return Optional.empty();
    }
    NameFilter filter = NameFilter.read(directory, footer.getInt(8));
    int blocks = footer.getInt(12);
    byte[][] firstNames = new byte[blocks][];
    long[] offsets = new long[blocks + 1];
    for (int i = 0; i < blocks; i++) {
      offsets[i + 1] = offsets[i] + Varints.read(directory);
      firstNames[i] = new byte[(int) Varints.read(directory)];
      directory.get(firstNames[i]);
    }
    return Optional.of(
        new NameRun(fileName, file, size, crc, footer.getLong(16), filter, firstNames, offsets));
  }

  /** Opens files that were left so; empty when one of them is not as it was. */
  static Optional<List<NameRun>> openAll(Disk disk, List<KeyIndex.FileStamp> stamps)
      throws IOException {
    List<NameRun> runs = new ArrayList<>();
    for (KeyIndex.FileStamp stamp : stamps) {
      Optional<NameRun> run = open(disk, stamp.name());
      run.ifPresent(runs::add);
      if (run.isEmpty() || !run.get().stamp().equals(stamp) || !run.get().isWholeIfSmall()) {
        for (NameRun opened : runs) {
          opened.close();
        }
        return Optional.empty();
      }
    }
    return Optional.of(runs);
  }

  private boolean isWholeIfSmall() {
    return size > MAX_VERIFIED_BYTES || isWhole();
  }

  private static ByteBuffer read(Disk.DiskFile file, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.read(buffer, at);
    return buffer.flip();
  }

  static int crcOf(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().limit(to).position(from));
    return (int) crc.getValue();
  }

  /** Names and removals in it. */
  long entryCount() {
    return entryCount;
  }

  String fileName() {
    return fileName;
  }

  KeyIndex.FileStamp stamp() {
    return new KeyIndex.FileStamp(fileName, size, crc);
  }

  void close() throws IOException {
    file.close();
  }

  /** The size of the file. */
  long sizeBytes() {
    return size;
  }

  /** Reads every block; false when one of them is damaged. */
  boolean isWhole() {
    try {
      Cursor reader = new Cursor();
      while (reader.load()) {
        reader.block.limit(0);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** False only when it says nothing about a name with this hash. */
  boolean mayFind(long hash) {
    return filter.mayContain(hash);
  }

  /**
   * What it says about one name; empty when that is nothing. For the kernel thread.
   *
   * @param hash of the name, see {@link NameFilter}
   */
  Optional<NameCursor> find(byte[] name, long hash) throws IOException {
    if (!filter.mayContain(hash)) {
      return Optional.empty();
    }
    cursor.seek(name);
    return cursor.standsAtFirst && Arrays.equals(cursor.name, name)
        ? Optional.of(cursor)
        : Optional.empty();
  }

  /** The kernel thread's cursor, set in front of the first name from there on. */
  NameCursor from(byte[] lowest) throws IOException {
    cursor.seek(lowest);
    return cursor;
  }

  /** A cursor of its own over all of it. */
  NameCursor all() throws IOException {
    Cursor all = new Cursor();
    all.seek(new byte[0]);
    return all;
  }

  private final class Cursor implements NameCursor {
    private ByteBuffer block = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    private int nextBlock;
    private byte[] name = {};
    private boolean live;
    private int contentAt;
    private int contentLength;
    private boolean standsAtFirst;

    void seek(byte[] lowest) throws IOException {
      int found = Arrays.binarySearch(firstNames, lowest, Arrays::compareUnsigned);
      nextBlock = Math.max(0, found >= 0 ? found : -found - 2);
      block.limit(0);
      standsAtFirst = false;
      while (step()) {
        if (Arrays.compareUnsigned(name, lowest) >= 0) {
          standsAtFirst = true;
          return;
        }
      }
    }

    @Override
    public boolean next() throws IOException {
      if (standsAtFirst) {
        standsAtFirst = false;
        return true;
      }
      return step();
    }

    private boolean step() throws IOException {
      if (!block.hasRemaining() && !load()) {
        return false;
      }
      live = block.get() != 0;
      int shared = (int) Varints.read(block);
      byte[] next = Arrays.copyOf(name, shared + (int) Varints.read(block));
      block.get(next, shared, next.length - shared);
      name = next;
      contentLength = (int) Varints.read(block);
      contentAt = block.position();
      block.position(contentAt + contentLength);
      return true;
    }

    private boolean load() throws IOException {
      if (nextBlock == firstNames.length) {
        return false;
      }
      long at = offsets[nextBlock];
      int length = (int) (offsets[nextBlock + 1] - at);
      if (block.capacity() < length) {
        block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      }
      try {
        file.read(block.clear().limit(length), at);
      } catch (IOException e) {
        // A read that was broken off must not leave half a block to be taken for a whole one.
        block.limit(0);
        throw new DamagedOrderException(fileName, e);
      }
      block.flip();
      int end = length - CRC_BYTES;
      if (block.limit() != length || block.getInt(end) != crcOf(block, 0, end)) {
        block.limit(0);
        throw new DamagedOrderException(fileName, "is damaged at byte " + at);
      }
      block.limit(end);
      nextBlock++;
      return true;
    }

    @Override
    public byte[] name() {
      return name;
    }

    @Override
    public boolean isLive() {
      return live;
    }

    @Override
    public byte[] content() {
      byte[] content = new byte[contentLength];
      block.get(contentAt, content);
      return content;
    }
  }
}
