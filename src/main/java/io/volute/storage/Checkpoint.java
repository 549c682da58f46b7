package io.volute.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What the log says up to a place in it, in the file {@code CHECKPOINT}: a start reads the log from
 * there on only. The keys themselves are in the runs that it names.
 *
 * <p>Written as {@link DataOutputStream} does (big-endian) with a CRC32C of everything at the end.
 *
 * @param end up to where; empty when nothing was ever logged
 * @param openEnded whether the newest segment then goes on there
 * @param keyCount keys held
 * @param valueBytes bytes of live values
 * @param liveBytes of each segment
 * @param nameRuns files of the name order, newest first
 * @param treeRuns files of the order behind the hash tree, newest first
 * @param treeSums the sums of the hash tree
 * @param notes all of them
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Checkpoint(
    Optional<Location> end,
    boolean openEnded,
    long keyCount,
    long valueBytes,
    SortedMap<Integer, Long> liveBytes,
    List<KeyIndex.FileStamp> nameRuns,
    List<KeyIndex.FileStamp> treeRuns,
    byte[] treeSums,
    SortedMap<String, byte[]> notes) {
  static final String FILE = "CHECKPOINT";

  private static final long MAGIC = 0x564F4C5554454350L; // "VOLUTECP"
  private static final int FORMAT_VERSION = 1;
  private static final int CRC_BYTES = 4;

  /** A checkpoint as it was found, and the checksum by which it is known. */
  record Found(Checkpoint checkpoint, int crc) {}

  Checkpoint withRuns(List<KeyIndex.FileStamp> names, List<KeyIndex.FileStamp> tree) {
    return new Checkpoint(
        end, openEnded, keyCount, valueBytes, liveBytes, names, tree, treeSums, notes);
  }

  Checkpoint at(Optional<Location> place) {
    return new Checkpoint(
        place, openEnded, keyCount, valueBytes, liveBytes, nameRuns, treeRuns, treeSums, notes);
  }

  /** Writes it, in place of the one before, and makes it durable; returns its checksum. */
  int write(Disk disk) throws IOException {
    disk.syncDirectory(NameRun.DIRECTORY);
    disk.syncDirectory(NameRun.TREE_DIRECTORY);
    byte[] content = toBytes();
    AtomicFile.write(disk, "", FILE, content);
    return crc(content, content.length - CRC_BYTES);
  }

  private byte[] toBytes() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(content);
    out.writeLong(MAGIC);
    out.writeInt(FORMAT_VERSION);
    out.writeInt(end.map(Location::segment).orElse(0));
    out.writeLong(end.map(Location::offset).orElse(0L));
    out.writeBoolean(openEnded);
    out.writeLong(keyCount);
    out.writeLong(valueBytes);
    out.writeInt(liveBytes.size());
    for (var segment : liveBytes.entrySet()) {
      out.writeInt(segment.getKey());
      out.writeLong(segment.getValue());
    }
    CleanMarker.writeStamps(nameRuns, out);
    CleanMarker.writeStamps(treeRuns, out);
    CleanMarker.writeBytes(treeSums, out);
    out.writeInt(notes.size());
    for (var note : notes.entrySet()) {
      CleanMarker.writeBytes(note.getKey().getBytes(StandardCharsets.UTF_8), out);
      CleanMarker.writeBytes(note.getValue(), out);
    }
    out.writeInt(crc(content.toByteArray(), content.size()));
    return content.toByteArray();
  }

  static int crc(byte[] content, int length) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, length);
    return (int) crc.getValue();
  }

  /** Reads it; empty when there is none, or none that can be trusted. */
  static Optional<Found> read(Disk disk) throws IOException {
    if (!disk.exists(FILE)) {
      return Optional.empty();
    }
    byte[] content = AtomicFile.read(disk, FILE);
    int length = content.length - CRC_BYTES;
    if (length < Long.BYTES + Integer.BYTES) {
      return Optional.empty();
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    DataInputStream tail =
        new DataInputStream(new ByteArrayInputStream(content, length, CRC_BYTES));
    int crc = crc(content, length);
    boolean known =
        tail.readInt() == crc && in.readLong() == MAGIC && in.readInt() == FORMAT_VERSION;
    return known ? Optional.of(new Found(read(in), crc)) : Optional.empty();
  }

  private static Checkpoint read(DataInputStream in) throws IOException {
    int segment = in.readInt();
    long offset = in.readLong();
    Optional<Location> end =
        segment == 0 ? Optional.empty() : Optional.of(new Location(segment, offset, 0));
    final boolean openEnded = in.readBoolean();
    final long keyCount = in.readLong();
    final long valueBytes = in.readLong();
    SortedMap<Integer, Long> liveBytes = new TreeMap<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      liveBytes.put(in.readInt(), in.readLong());
    }
    List<KeyIndex.FileStamp> nameRuns = CleanMarker.readStamps(in);
    List<KeyIndex.FileStamp> treeRuns = CleanMarker.readStamps(in);
    final byte[] treeSums = CleanMarker.readBytes(in);
    SortedMap<String, byte[]> notes = new TreeMap<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      String key = new String(CleanMarker.readBytes(in), StandardCharsets.UTF_8);
      notes.put(key, CleanMarker.readBytes(in));
    }
    return new Checkpoint(
        end, openEnded, keyCount, valueBytes, liveBytes, nameRuns, treeRuns, treeSums, notes);
  }

  /** Forgets it, for good: the next start reads all of the log. */
  static void delete(Disk disk) throws IOException {
    if (disk.exists(FILE)) {
      disk.delete(FILE);
      disk.syncDirectory("");
    }
  }
}
