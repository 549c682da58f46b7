package io.volute.daemon;

import io.volute.storage.RealDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The node's home directory, locked for one daemon. */
final class Home implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String STORE = "store";

  /** The store's own lock, one of the files by which a home proves that it is no copy. */
  private static final String STORE_LOCK = "LOCK";

  private static final String DISOWNED = "LOCK.disowned";

  private final Path directory;
  private final FileChannel lockFile;

  private Home(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.lockFile = lockFile;
  }

  /** Makes the directory if need be, and locks it. */
  static Home open(Path directory) throws StartException {
    try {
      RealDisk.createDirectories(directory.resolve(STORE));
      FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        throw unavailable(directory, "is in use by another daemon", null);
      }
      return new Home(directory, channel);
    } catch (IOException e) {
      throw unavailable(directory, "can't be used: " + e.getMessage(), e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static StartException unavailable(Path directory, String problem, Exception cause) {
    return new StartException(
        StartException.EXIT_UNAVAILABLE, "--home " + directory + ": " + problem, cause);
  }

  Path directory() {
    return directory;
  }

  Path storeDirectory() {
    return directory.resolve(STORE);
  }

  /**
   * Sees to it that the next start can't prove its store: what could not be written here may have
   * been told to peers. A file by which the home proves itself is put aside, which also works on a
   * full disk. It is kept, so that its successor can't be given its number in the file system.
   */
  void disown() throws IOException {
    Path lock = storeDirectory().resolve(STORE_LOCK);
    if (Files.exists(lock)) {
      Files.move(lock, storeDirectory().resolve(DISOWNED), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      System.getLogger(Home.class.getName())
          .log(System.Logger.Level.WARNING, "unlocking the home failed", e);
    }
  }
}
