package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A directory of the machine's file system. Threads that use its files must not be interrupted: an
 * interrupt closes a file channel for everybody.
 */
public final class RealDisk implements Disk {
  private final Path root;

  public RealDisk(Path root) {
    this.root = root;
  }

  @Override
  public void createDirectory(String name) throws IOException {
    createDirectories(root.resolve(name));
  }

  /** Makes a directory and those above it, as far as they are missing, for good. */
  public static void createDirectories(Path directory) throws IOException {
    Path whole = directory.toAbsolutePath();
    Path parent = whole.getParent();
    if (Files.isDirectory(whole) || parent == null) {
      return;
    }
    createDirectories(parent);
    try {
      Files.createDirectory(whole);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(whole)) {
        throw e;
      }
    }
    // A file that is durable in it is lost all the same as long as its own name is not.
    syncDirectory(parent);
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return open(name, StandardOpenOption.CREATE_NEW);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return open(name, StandardOpenOption.READ);
  }

  private DiskFile open(String name, StandardOpenOption how) throws IOException {
    return new ChannelFile(
        FileChannel.open(
            root.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE, how));
  }

  @Override
  public OptionalLong usableBytes() throws IOException {
    // The other way goes through the list of all mounts, and this is asked often when disks fill.
    long usable = root.toFile().getUsableSpace();
    return OptionalLong.of(usable > 0 ? usable : Files.getFileStore(root).getUsableSpace());
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(root.resolve(name));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(directory))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(root.resolve(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void linkOrCopy(String name, Path target) throws IOException {
    Path source = root.resolve(name);
    try {
      Files.createLink(target, source);
      return;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No hard links here, or not between these two places.
      Files.copy(source, target);
    }
    try (FileChannel copy = FileChannel.open(target, StandardOpenOption.WRITE)) {
      copy.force(true);
    }
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    syncDirectory(root.resolve(directory));
  }

  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public OptionalLong changedAtMillis(String name) throws IOException {
    try {
      Object changed = Files.getAttribute(root.resolve(name), "unix:ctime");
      return changed instanceof FileTime time
          ? OptionalLong.of(time.toMillis())
          : OptionalLong.empty();
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      // Not a Unix file system: the caller does without this evidence.
      return OptionalLong.empty();
    }
  }

  private record ChannelFile(FileChannel channel) implements DiskFile {
    @Override
    public void write(ByteBuffer source, long at) throws IOException {
      long position = at;
      while (source.hasRemaining()) {
        position += channel.write(source, position);
      }
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
      int total = 0;
      while (target.hasRemaining()) {
        int count = channel.read(target, at + total);
        if (count < 0) {
          break;
        }
        total += count;
      }
      return total;
    }

    @Override
    public void force() throws IOException {
      // Data only: the file's size is part of that, its times are not.
      channel.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
