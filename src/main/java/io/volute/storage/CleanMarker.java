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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

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
 * @param keyCount keys in the index
 * @param valueBytes bytes of live values
 * @param liveBytes of each segment
 * @param index its files
 * @param nameRuns files of the name order, newest first
 * @param treeRuns files of the order behind the hash tree, newest first
 * @param treeSums the sums of the hash tree
 * @param notes all of them
 */
record CleanMarker(
    long stoppedAtMillis,
    Optional<Location> end,
    boolean openEnded,
    int segmentCount,
    long keyCount,
    long valueBytes,
    SortedMap<Integer, Long> liveBytes,
    KeyIndex.Snapshot index,
    List<KeyIndex.FileStamp> nameRuns,
    List<KeyIndex.FileStamp> treeRuns,
    KeyIndex.FileStamp treeSums,
    SortedMap<String, byte[]> notes) {
  static final String FILE = "CLEAN";

  private static final long MAGIC = 0x564F4C555445434CL; // "VOLUTECL"
  private static final int FORMAT_VERSION = 3;
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
    out.writeLong(keyCount);
    out.writeLong(valueBytes);
    out.writeInt(liveBytes.size());
    for (var segment : liveBytes.entrySet()) {
      out.writeInt(segment.getKey());
      out.writeLong(segment.getValue());
    }
    writeStamps(index.files(), out);
    out.writeInt(index.outsized().size());
    for (KeyIndex.Outsized outsized : index.outsized()) {
      writeBytes(outsized.name(), out);
      writeBytes(outsized.entry(), out);
    }
    writeStamps(nameRuns, out);
    writeStamps(treeRuns, out);
    writeStamps(List.of(treeSums), out);
    out.writeInt(notes.size());
    for (var note : notes.entrySet()) {
      writeBytes(note.getKey().getBytes(StandardCharsets.UTF_8), out);
      writeBytes(note.getValue(), out);
    }
    out.writeInt(crc(content.toByteArray(), content.size()));
    AtomicFile.write(disk, "", FILE, content.toByteArray());
  }

  private static void writeStamps(List<KeyIndex.FileStamp> stamps, DataOutputStream out)
      throws IOException {
    out.writeInt(stamps.size());
    for (KeyIndex.FileStamp stamp : stamps) {
      writeBytes(stamp.name().getBytes(StandardCharsets.UTF_8), out);
      out.writeLong(stamp.size());
      out.writeInt(stamp.crc());
    }
  }

  private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static int crc(byte[] content, int length) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, length);
    return (int) crc.getValue();
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
        crc.readInt() == crc(content, length)
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
    final long keyCount = in.readLong();
    final long valueBytes = in.readLong();
    SortedMap<Integer, Long> liveBytes = new TreeMap<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      liveBytes.put(in.readInt(), in.readLong());
    }
    List<KeyIndex.FileStamp> files = readStamps(in);
    List<KeyIndex.Outsized> outsized = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      outsized.add(new KeyIndex.Outsized(readBytes(in), readBytes(in)));
    }
    List<KeyIndex.FileStamp> runs = readStamps(in);
    List<KeyIndex.FileStamp> treeRuns = readStamps(in);
    KeyIndex.FileStamp treeSums = readStamps(in).get(0);
    SortedMap<String, byte[]> notes = new TreeMap<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      notes.put(new String(readBytes(in), StandardCharsets.UTF_8), readBytes(in));
    }
    return new CleanMarker(
        stoppedAt,
        end,
        openEnded,
        segmentCount,
        keyCount,
        valueBytes,
        liveBytes,
        new KeyIndex.Snapshot(files, outsized),
        runs,
        treeRuns,
        treeSums,
        notes);
  }

  private static List<KeyIndex.FileStamp> readStamps(DataInputStream in) throws IOException {
    List<KeyIndex.FileStamp> stamps = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      String name = new String(readBytes(in), StandardCharsets.UTF_8);
      stamps.add(new KeyIndex.FileStamp(name, in.readLong(), in.readInt()));
    }
    return stamps;
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
