package io.volute.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an orderly stop leaves behind in the file {@code CLEAN}, so that the next start need not
 * read the log. It is deleted as the first act of that start: it can't vouch for a store twice.
 *
 * <p>Written as {@link DataOutputStream} does (big-endian) with a CRC32C of everything at the end.
 *
 * @param stoppedAtMillis wall-clock time at which it was written
 * @param end of the log; empty when nothing was ever logged
 * @param openEnded whether its newest segment goes on there
 * @param segmentCount how many log files there are
 * @param checkpointCrc checksum of the {@link Checkpoint} that was written along with it
 * @param index its files; none when it was not complete
 */
record CleanMarker(
    long stoppedAtMillis,
    Optional<Location> end,
    boolean openEnded,
    int segmentCount,
    int checkpointCrc,
    KeyIndex.Snapshot index) {
  static final String FILE = "CLEAN";

  private static final long MAGIC = 0x564F4C555445434CL; // "VOLUTECL"
  private static final int FORMAT_VERSION = 4;
  private static final int CRC_BYTES = 4;

  void write(Disk disk) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(content);
    out.writeLong(MAGIC);
    out.writeInt(FORMAT_VERSION);
    out.writeLong(stoppedAtMillis);
    out.writeInt(end.map(Location::segment).orElse(0));
    out.writeLong(end.map(Location::offset).orElse(0L));
    out.writeBoolean(openEnded);
    out.writeInt(segmentCount);
    out.writeInt(checkpointCrc);
    writeStamps(index.files(), out);
    out.writeInt(index.outsized().size());
    for (KeyIndex.Outsized outsized : index.outsized()) {
      writeBytes(outsized.name(), out);
      writeBytes(outsized.entry(), out);
    }
    out.writeInt(Checkpoint.crc(content.toByteArray(), content.size()));
    AtomicFile.write(disk, "", FILE, content.toByteArray());
  }

  static void writeStamps(List<KeyIndex.FileStamp> stamps, DataOutputStream out)
      throws IOException {
    out.writeInt(stamps.size());
    for (KeyIndex.FileStamp stamp : stamps) {
      writeBytes(stamp.name().getBytes(StandardCharsets.UTF_8), out);
      out.writeLong(stamp.size());
      out.writeInt(stamp.crc());
    }
  }

  static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Reads the marker; empty when there is none, or none that can be trusted. */
  static Optional<CleanMarker> read(Disk disk) throws IOException {
    if (!disk.exists(FILE)) {
      return Optional.empty();
    }
    byte[] content = AtomicFile.read(disk, FILE);
    int length = content.length - CRC_BYTES;
    if (length < Long.BYTES + Integer.BYTES) {
      return Optional.empty();
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    DataInputStream crc = new DataInputStream(new ByteArrayInputStream(content, length, CRC_BYTES));
    boolean known =
        crc.readInt() == Checkpoint.crc(content, length)
            && in.readLong() == MAGIC
            && in.readInt() == FORMAT_VERSION;
    return known ? Optional.of(read(in)) : Optional.empty();
  }

  private static CleanMarker read(DataInputStream in) throws IOException {
    final long stoppedAt = in.readLong();
    int segment = in.readInt();
    long offset = in.readLong();
    Optional<Location> end =
        segment == 0 ? Optional.empty() : Optional.of(new Location(segment, offset, 0));
    final boolean openEnded = in.readBoolean();
    final int segmentCount = in.readInt();
    final int checkpointCrc = in.readInt();
    List<KeyIndex.FileStamp> files = readStamps(in);
    List<KeyIndex.Outsized> outsized = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      outsized.add(new KeyIndex.Outsized(readBytes(in), readBytes(in)));
    }
    return new CleanMarker(
        stoppedAt,
        end,
        openEnded,
        segmentCount,
        checkpointCrc,
        new KeyIndex.Snapshot(files, outsized));
  }

  static List<KeyIndex.FileStamp> readStamps(DataInputStream in) throws IOException {
    List<KeyIndex.FileStamp> stamps = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      String name = new String(readBytes(in), StandardCharsets.UTF_8);
      stamps.add(new KeyIndex.FileStamp(name, in.readLong(), in.readInt()));
    }
    return stamps;
  }

  static byte[] readBytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
