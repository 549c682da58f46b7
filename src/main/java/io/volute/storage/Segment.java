package io.volute.storage;

import io.volute.port.Dice;
import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * One file of the log. It begins with two equal headers, little-endian: magic (8 bytes), format
 * version (4), segment number (4), salt (8), reserved (4), CRC32C of these (4). Two, because
 * without the salt no record of the file could be told from noise.
 */
final class Segment {
  static final String DIRECTORY = "log";
  static final int FORMAT_VERSION = 1;
  static final int HEADER_BYTES = 64;

  private static final int HEADER_COPY_BYTES = 32;
  private static final long MAGIC = 0x4C_00_45_54_55_4C_4F_56L; // "VOLUTE\0L" as stored
  private static final String SUFFIX = ".log";
  private static final String SEAL_SUFFIX = ".sealed";

  private final int number;
  private final long salt;

  /** Replaced by the kernel thread while the sync thread does nothing. */
  private volatile Disk.DiskFile file;

  /** Set by the sync thread, before it starts, or while it does nothing. */
  private volatile boolean inDirectory;

  /** Set by the sync thread once it is complete and synced; read by the kernel thread. */
  private volatile boolean sealed;

  private Segment(int number, long salt, Disk.DiskFile file, boolean inDirectory) {
    this.number = number;
    this.salt = salt;
    this.file = file;
    this.inDirectory = inDirectory;
  }

  static String fileName(int number) {
    return String.format("%s/%08d%s", DIRECTORY, number, SUFFIX);
  }

  static String sealName(int number) {
    return String.format("%s/%08d%s", DIRECTORY, number, SEAL_SUFFIX);
  }

  /** The number of the segment that a file of the log directory is, if it is one. */
  static OptionalInt numberOf(String file) {
    if (!file.matches("[0-9]{8}\\.log")) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseInt(file.substring(0, 8)));
  }

  /** Makes the file; its header is appended to {@code batch}, which must be written at offset 0. */
  static Segment create(Disk disk, int number, Dice dice, ByteBuffer batch) throws IOException {
    long salt = dice.nextLong();
    Disk.DiskFile file = disk.create(fileName(number));
    putHeader(batch, number, salt);
    putHeader(batch, number, salt);
    Segment created = new Segment(number, salt, file, false);
    created.setSealed(false);
    return created;
  }

  private static void putHeader(ByteBuffer out, int number, long salt) {
    int start = out.position();
    out.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(number).putLong(salt).putInt(0);
    out.putInt(headerCrc(out, start));
  }

  private static int headerCrc(ByteBuffer header, int start) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().limit(start + HEADER_COPY_BYTES - 4).position(start));
    return (int) crc.getValue();
  }

  /**
   * Opens a file.
   *
   * @return empty when neither header is whole, or the file ends within them
   * @throws StoreException when a newer version of the program wrote it
   */
  static Optional<Segment> open(Disk disk, int number) throws IOException, StoreException {
    Disk.DiskFile file = disk.open(fileName(number));
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.read(header, 0);
    header.flip();
    boolean complete = header.limit() == HEADER_BYTES;
    for (int at = 0; complete && at < HEADER_BYTES; at += HEADER_COPY_BYTES) {
      boolean whole =
          header.getLong(at) == MAGIC && header.getInt(at + 28) == headerCrc(header, at);
      if (!whole || header.getInt(at + 12) != number) {
        continue;
      }
      int version = header.getInt(at + 8);
      if (version != FORMAT_VERSION) {
        file.close();
        throw new StoreException(
            fileName(number)
                + " has format version "
                + version
                + ": this program reads version "
                + FORMAT_VERSION);
      }
      Segment segment = new Segment(number, header.getLong(at + 16), file, true);
      segment.setSealed(true);
      return Optional.of(segment);
    }
    file.close();
    return Optional.empty();
  }

  /**
   * Opens a file whose headers are both damaged, when its records show what was in them. The
   * headers stay as they are until {@link #restoreHeader}.
   */
  static Optional<Segment> openBySearch(Disk disk, int number) throws IOException {
    Disk.DiskFile file = disk.open(fileName(number));
    Optional<Long> salt = new SaltSearch().find(file);
    if (salt.isEmpty()) {
      file.close();
      return Optional.empty();
    }
    Segment segment = new Segment(number, salt.get(), file, true);
    segment.setSealed(true);
    return Optional.of(segment);
  }

  /** Whether it is complete and will not be touched by the sync thread any more. */
  boolean isSealed() {
    return sealed;
  }

  void setSealed(boolean complete) throws IOException {
    if (file instanceof PooledDisk.PooledFile pooled) {
      pooled.hold(!complete);
    }
    sealed = complete;
  }

  int number() {
    return number;
  }

  long salt() {
    return salt;
  }

  Disk.DiskFile file() {
    return file;
  }

  /**
   * Compares both headers with what they should be, and writes them anew when one is damaged.
   *
   * @return whether both were as they should be
   */
  boolean restoreHeader() throws IOException {
    ByteBuffer wanted = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    putHeader(wanted, number, salt);
    putHeader(wanted, number, salt);
    ByteBuffer found = ByteBuffer.allocate(HEADER_BYTES);
    Disk.DiskFile at = file;
    at.read(found, 0);
    if (found.flip().equals(wanted.flip())) {
      return true;
    }
    at.write(wanted, 0);
    at.force();
    return false;
  }

  /** The same segment in another file with the same content. */
  Segment in(Disk.DiskFile copy) {
    return new Segment(number, salt, copy, true);
  }

  /** From now on its content is in this file, which is durable under its name. */
  void replaceFile(Disk.DiskFile copy) {
    Disk.DiskFile old = file;
    inDirectory = true;
    file = copy;
    try {
      old.close();
    } catch (IOException e) {
      // It has no name any more, and what it held is elsewhere.
      return;
    }
  }

  /** Makes its content survive a loss of power, and its name as well. */
  void force(Disk disk) throws IOException {
    if (!inDirectory) {
      disk.syncDirectory(DIRECTORY);
      inDirectory = true;
    }
    file.force();
  }

  @Override
  public String toString() {
    return fileName(number);
  }
}
