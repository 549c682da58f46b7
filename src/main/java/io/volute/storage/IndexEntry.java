package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The live versions of a key and where the record of each is.
 *
 * <p>As bytes: CRC32C of the name and all that follows (4, big-endian), varint of the number of
 * versions, for each varints of segment, offset and record length, then the version's metadata as
 * {@link VersionCodec}.
 *
 * @param versions in the order of their dots; never empty
 * @param locations one for each version, in the same order
 */
record IndexEntry(VersionSet versions, List<Location> locations) {
  static final IndexEntry NONE = new IndexEntry(VersionSet.EMPTY, List.of());

  private static final int CRC_BYTES = 4;
  private static final int MAX_LOCATION_BYTES = 3 * Varints.MAX_BYTES;

  IndexEntry {
    assert versions.size() == locations.size() : versions + " at " + locations;
  }

  Optional<Location> find(Dot dot) {
    for (int i = 0; i < versions.size(); i++) {
      if (versions.get(i).dot().equals(dot)) {
        return Optional.of(locations.get(i));
      }
    }
    return Optional.empty();
  }

  /**
   * Checks a change of the versions before anything is written.
   *
   * @param after the versions from now on: some of those here, and the one that is added
   * @throws IllegalArgumentException when {@code after} holds a version that is nowhere
   */
  void check(VersionSet after, Dot added) {
    boolean holdsAdded = false;
    for (int i = 0; i < after.size(); i++) {
      Version version = after.get(i);
      boolean isAdded = version.dot().equals(added);
      holdsAdded |= isAdded;
      if (!isAdded && find(version.dot()).isEmpty()) {
        throw new IllegalArgumentException("no record of " + version.dot());
      }
    }
    if (!holdsAdded) {
      throw new IllegalArgumentException(added + " is not among the versions to keep");
    }
  }

  /** This entry after such a change; {@code at} is the place of the added version. */
  IndexEntry with(VersionSet after, Dot added, Location at) {
    List<Location> places = new ArrayList<>(after.size());
    for (int i = 0; i < after.size(); i++) {
      Version version = after.get(i);
      Location place = version.dot().equals(added) ? at : find(version.dot()).orElseThrow();
      places.add(place);
    }
    return new IndexEntry(after, places);
  }

  long valueBytes() {
    long bytes = 0;
    for (int i = 0; i < versions.size(); i++) {
      bytes += versions.get(i).sizeBytes();
    }
    return bytes;
  }

  int maxSizeBytes() {
    int size = CRC_BYTES + Varints.MAX_BYTES;
    for (int i = 0; i < versions.size(); i++) {
      size += MAX_LOCATION_BYTES + VersionCodec.maxSizeBytes(versions.get(i));
    }
    return size;
  }

  void write(byte[] name, ByteBuffer out) {
    int start = out.position();
    out.putInt(0);
    Varints.write(versions.size(), out);
    for (int i = 0; i < versions.size(); i++) {
      Location at = locations.get(i);
      Varints.write(at.segment(), out);
      Varints.write(at.offset(), out);
      Varints.write(at.length(), out);
      VersionCodec.write(versions.get(i), out);
    }
    out.putInt(start, crc(name, out.duplicate().flip().position(start + CRC_BYTES)));
  }

  /** Reads the entry that takes all remaining bytes. */
  static IndexEntry read(byte[] name, ByteBuffer in) throws MalformedRecordException {
    try {
      if (in.getInt() != crc(name, in.duplicate())) {
        throw new MalformedRecordException("an index entry's checksum is wrong");
      }
      int count = (int) Varints.read(in);
      List<Version> versions = new ArrayList<>(count);
      List<Location> locations = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        locations.add(
            new Location((int) Varints.read(in), Varints.read(in), (int) Varints.read(in)));
        versions.add(VersionCodec.read(in));
      }
      VersionSet set = count == 1 ? VersionSet.of(versions.get(0)) : VersionSet.of(versions);
      if (set.size() != count || in.hasRemaining()) {
        throw new MalformedRecordException("an index entry holds what it should not");
      }
      return new IndexEntry(set, locations);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedRecordException("an index entry is malformed: " + e.getMessage(), e);
    }
  }

  private static int crc(byte[] name, ByteBuffer rest) {
    CRC32C crc = new CRC32C();
    crc.update(name, 0, name.length);
    crc.update(rest);
    return (int) crc.getValue();
  }
}
