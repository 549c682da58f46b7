package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Small files that are either wholly there or not at all, whatever happens. */
final class AtomicFile {
  private static final String TEMPORARY_SUFFIX = ".new";

  private AtomicFile() {}

  /** Writes or replaces a file and makes that durable. */
  static void write(Disk disk, String directory, String name, byte[] content) throws IOException {
    String temporary = name + TEMPORARY_SUFFIX;
    disk.delete(temporary);
    try (Disk.DiskFile file = disk.create(temporary)) {
      file.write(ByteBuffer.wrap(content), 0);
      file.force();
    }
    disk.rename(temporary, name);
    disk.syncDirectory(directory);
  }

  static byte[] read(Disk disk, String name) throws IOException {
    try (Disk.DiskFile file = disk.open(name)) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), Integer.MAX_VALUE - 8));
      int count = file.read(content, 0);
      return Arrays.copyOf(content.array(), count);
    }
  }
}
