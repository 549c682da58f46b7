package io.volute.storage;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/** One Chronicle Map of an index with its file. The file is allocated for its capacity at once. */
final class MapLayer {
  private static final String SUFFIX = ".cm3";

  /** Larger keys or entries take room of others; they all fit as long as the average does. */
  private static final int AVERAGE_NAME_BYTES = 32;

  private static final int AVERAGE_ENTRY_BYTES = 96;

  /** A map past its capacity gets slower with each tier it adds, and refuses beyond this factor. */
  private static final double MAX_BLOAT = 2;

  /**
   * A larger file is not read when it is opened or closed, which would take longer than a stop may:
   * see {@link #isProven}. One for ten million keys has half of that.
   */
  private static final long MAX_VERIFIED_BYTES = 4L << 30;

  private final String name;
  private final Path path;
  private final long capacity;
  private final ChronicleMap<byte[], IndexBytes> map;
  private long count;

  private MapLayer(String name, Path path, long capacity, long count) throws IOException {
    this.name = name;
    this.path = path;
    this.capacity = capacity;
    this.map =
        ChronicleMapBuilder.of(byte[].class, IndexBytes.class)
            .keyMarshallers(NameMarshaller.INSTANCE, NameMarshaller.INSTANCE)
            .valueMarshallers(EntryMarshaller.INSTANCE, EntryMarshaller.INSTANCE)
            .averageKeySize(AVERAGE_NAME_BYTES)
            .averageValueSize(AVERAGE_ENTRY_BYTES)
            .entries(capacity)
            .maxBloatFactor(MAX_BLOAT)
            .checksumEntries(false)
            // Else each change would read what it replaces, into garbage.
            .putReturnsNull(true)
            .removeReturnsNull(true)
            // The store closes it, in its order, not the end of the process in its own.
            .skipCloseOnExitHook(true)
            .createPersistedTo(file(path));
    this.count = count;
  }

  private static File file(Path path) {
    return path.toFile();
  }

  static MapLayer create(Path directory, int number, long capacity) throws IOException {
    String name = String.format("%04d-%d%s", number, capacity, SUFFIX);
    Path path = directory.resolve(name);
    Files.deleteIfExists(path);
    return new MapLayer(name, path, capacity, 0);
  }

  /** Opens a file that is as the stamp says; empty when it isn't. */
  static Optional<MapLayer> reopen(Path directory, KeyIndex.FileStamp stamp) throws IOException {
    Path path = directory.resolve(stamp.name());
    if (!Files.exists(path) || !stamp(stamp.name(), path).equals(stamp)) {
      return Optional.empty();
    }
    int dash = stamp.name().indexOf('-');
    String capacity = stamp.name().substring(dash + 1, stamp.name().length() - SUFFIX.length());
    try {
      MapLayer layer = new MapLayer(stamp.name(), path, Long.parseLong(capacity), 0);
      layer.count = layer.map.longSize();
      return Optional.of(layer);
    } catch (RuntimeException e) {
      // Whole, but written by another version of the library or of the marshallers, which says so
      // with exceptions of many kinds. The index is made anew then.
      return Optional.empty();
    }
  }

  /**
   * Whether a stamp is of all bytes; else the map may have lost an entry, if hardly changed one.
   */
  static boolean isProven(KeyIndex.FileStamp stamp) {
    return stamp.size() <= MAX_VERIFIED_BYTES;
  }

  boolean get(byte[] key, IndexBytes into) {
    return map.getUsing(key, into) != null;
  }

  boolean contains(byte[] key) {
    return map.containsKey(key);
  }

  /**
   * Sets an entry.
   *
   * @param isNew whether the key is not in this map
   * @return false when the map is full; the key is not in it then
   */
  boolean put(byte[] key, IndexBytes entry, boolean isNew) {
    try {
      map.put(key, entry);
    } catch (IllegalStateException e) {
      // The map has no room for another tier. It stays usable, but may still hold the old entry.
      if (!isNew) {
        remove(key);
      }
      return false;
    }
    if (isNew) {
      count++;
    }
    return true;
  }

  /** Removes a key that is in this map. */
  void remove(byte[] key) {
    map.remove(key);
    count--;
  }

  long count() {
    return count;
  }

  long capacity() {
    return capacity;
  }

  /** Closes and syncs it. */
  KeyIndex.FileStamp close() throws IOException {
    map.close();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return stamp(name, path);
  }

  /** Closes it for good. */
  void discard() throws IOException {
    map.close();
    Files.deleteIfExists(path);
  }

  private static KeyIndex.FileStamp stamp(String name, Path path) throws IOException {
    CRC32C crc = new CRC32C();
    long size = Files.size(path);
    if (size <= MAX_VERIFIED_BYTES) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        while (channel.read(buffer.clear()) >= 0) {
          crc.update(buffer.flip());
        }
      }
    }
    return new KeyIndex.FileStamp(name, size, (int) crc.getValue());
  }
}
