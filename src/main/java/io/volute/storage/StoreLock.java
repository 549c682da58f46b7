package io.volute.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a directory to one process. The operating system lets go of it however that one ends. */
public final class StoreLock implements Closeable {
  static final String FILE = "LOCK";

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a directory, which is made if missing.
   *
   * @throws StoreLockedException when it is locked already
   */
  public static StoreLock take(Path directory) throws IOException, StoreLockedException {
    RealDisk.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process: told below like any other holder.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new StoreLockedException(
          directory + " is in use by another process (it holds " + FILE + " there)");
    }
    return new StoreLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
