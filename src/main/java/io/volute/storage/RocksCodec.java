package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The byte forms of what a {@link RocksStore} keeps. */
final class RocksCodec {
  private static final byte[] NOTE_PREFIX = {1};
  private static final byte[] OWN_PREFIX = {0};

  private RocksCodec() {}

  /**
   * A key's versions and which of them have blobs.
   *
   * @param blobs dots of those
   */
  record Entry(VersionSet versions, Set<Dot> blobs) {
    static final Entry NONE = new Entry(VersionSet.EMPTY, Set.of());

    long valueBytes() {
      long bytes = 0;
      for (Version version : versions) {
        bytes += version.sizeBytes();
      }
      return bytes;
    }
  }

  /** Varint of the number of versions, for each 1 for a blob or 0, then its metadata. */
  static byte[] write(Entry entry) {
    int size = Varints.MAX_BYTES;
    for (Version version : entry.versions()) {
      size += 1 + VersionCodec.maxSizeBytes(version);
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    Varints.write(entry.versions().size(), out);
    for (Version version : entry.versions()) {
      out.put((byte) (entry.blobs().contains(version.dot()) ? 1 : 0));
      VersionCodec.write(version, out);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  static Entry read(byte[] bytes) throws MalformedRecordException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int count = (int) Varints.read(in);
      List<Version> versions = new ArrayList<>();
      Set<Dot> blobs = new LinkedHashSet<>();
      for (int i = 0; i < count; i++) {
        boolean blob = in.get() != 0;
        Version version = VersionCodec.read(in);
        versions.add(version);
        if (blob) {
          blobs.add(version.dot());
        }
      }
      return new Entry(VersionSet.of(versions), blobs);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedRecordException("a key's versions are malformed: " + e.getMessage(), e);
    }
  }

  /** Where a value is: length (2) and bytes of the name, incarnation, counter, node id. */
  static byte[] valueKey(Name name, Dot dot) {
    byte[] utf8 = name.utf8();
    byte[] node = dot.actor().node().text().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Short.BYTES + utf8.length + 2 * Long.BYTES + node.length)
        .putShort((short) utf8.length)
        .put(utf8)
        .putLong(dot.actor().incarnation())
        .putLong(dot.counter())
        .put(node)
        .array();
  }

  static byte[] noteKey(byte[] key) {
    return join(NOTE_PREFIX, key);
  }

  /** The key of a note, from where it is kept. */
  static byte[] noteOf(byte[] key) {
    return Arrays.copyOfRange(key, NOTE_PREFIX.length, key.length);
  }

  static boolean isNote(byte[] key) {
    return key.length > 0 && key[0] == NOTE_PREFIX[0];
  }

  /** Where the store keeps something of its own. */
  static byte[] ownKey(String what) {
    return join(OWN_PREFIX, what.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] join(byte[] prefix, byte[] rest) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, joined, prefix.length, rest.length);
    return joined;
  }
}
