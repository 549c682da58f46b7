package io.volute.daemon;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The node's home directory: locked for one daemon, and the place where the node keeps who it is.
 *
 * <p>{@code identity} holds the name and the incarnation. {@code proof} holds what must be the same
 * at the next start for the store to be the one that was left: the machine's boot and the file's
 * own place on the disk, which a copy of the home does not share.
 */
final class Home implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String IDENTITY = "identity";
  private static final String PROOF = "proof";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Who the home belongs to. */
  record Identity(NodeId node, long incarnation) {}

  private final Path directory;
  private final FileChannel lockFile;

  private Home(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.lockFile = lockFile;
  }

  /** Makes the directory if need be, and locks it. */
  static Home open(Path directory) throws StartException {
    try {
      Files.createDirectories(directory);
      Path lock = directory.resolve(LOCK);
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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

  /** Who this home belongs to; empty for a new one. */
  Optional<Identity> identity() throws StartException {
    try {
      Optional<Map<String, String>> lines = read(IDENTITY);
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      String node = lines.get().getOrDefault("uid", "");
      long incarnation = Long.parseLong(lines.get().getOrDefault("incarnation", ""));
      if (!NodeId.isValid(node) || incarnation < 0 || incarnation > Actor.MAX_INCARNATION) {
        throw new NumberFormatException(node + " " + incarnation);
      }
      return Optional.of(new Identity(new NodeId(node), incarnation));
    } catch (IOException | NumberFormatException e) {
      throw unavailable(directory, "its file 'identity' can't be read", e);
    }
  }

  /** Whether this is still the same boot of the machine and the same home, not a copy of it. */
  boolean isProven() throws StartException {
    try {
      Optional<Map<String, String>> lines = read(PROOF);
      String boot = bootId();
      return lines.isPresent()
          && !boot.isEmpty()
          && boot.equals(lines.get().get("boot"))
          && isInPlace(lines.get());
    } catch (IOException e) {
      throw unavailable(directory, "its file 'proof' can't be read", e);
    }
  }

  /** Whether this is the home that was left, in whatever boot, and not a copy of it. */
  boolean isInPlace() throws StartException {
    try {
      Optional<Map<String, String>> lines = read(PROOF);
      return lines.isPresent() && isInPlace(lines.get());
    } catch (IOException e) {
      throw unavailable(directory, "its file 'proof' can't be read", e);
    }
  }

  private boolean isInPlace(Map<String, String> lines) throws IOException {
    return fileNumber(directory.resolve(PROOF)).equals(lines.get("file"));
  }

  /** Keeps who the node is now, durably. */
  void keep(Identity identity) throws StartException {
    try {
      write(IDENTITY, "uid " + identity.node() + "\nincarnation " + identity.incarnation() + "\n");
      write(PROOF, "boot " + bootId() + "\n");
    } catch (IOException e) {
      throw unavailable(directory, "can't be written: " + e.getMessage(), e);
    }
  }

  /** From now on the store can't be proven: what is on the disk is not what peers were told. */
  void disown() throws IOException {
    Files.deleteIfExists(directory.resolve(PROOF));
  }

  private Optional<Map<String, String>> read(String name) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        lines.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    return Optional.of(lines);
  }

  /** Written beside, synced, and put in place at once; a line says where the file itself lies. */
  private void write(String name, String text) throws IOException {
    Path beside = directory.resolve(name + ".new");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      String whole = text + "file " + fileNumber(beside) + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(whole.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(beside, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String bootId() throws IOException {
    return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
  }

  /** The number of the file in its file system; a copy has another one. */
  private static String fileNumber(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return "unknown";
    }
    return Files.getAttribute(file, "unix:ino").toString();
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
