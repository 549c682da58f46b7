package io.volute.listen;

import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The file that names a listening unix domain socket, from before it is bound until it is removed.
 *
 * <p>Nobody can ever connect to it with permissions wider than the final ones, and it appears under
 * its name only when it answers: the socket is bound under another name beside it, gets its mode,
 * and is then renamed.
 */
final class SocketFile {
  static final int PATH_LIMIT_BYTES = ListenAddress.UnixSocket.MAX_PATH_BYTES;

  private static final int FILE_TYPE_MASK = 0170000;
  private static final int SOCKET_TYPE = 0140000;
  private static final int TEMPORARY_NAME_LENGTH = 12;
  private static final int TEMPORARY_NAME_ATTEMPTS = 64;
  private static final String NAME_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  private final Path path;
  private final Object fileKey;

  private SocketFile(Path path, Object fileKey) {
    this.path = path;
    this.fileKey = fileKey;
  }

  /**
   * Binds the channel and makes it reachable under the path, readable and writable by this user
   * alone.
   */
  static SocketFile bind(ServerSocketChannel channel, String address, int backlog)
      throws ListenException {
    int length = address.getBytes(StandardCharsets.UTF_8).length;
    if (length > PATH_LIMIT_BYTES) {
      throw new ListenException(
          address,
          "the path has " + length + " bytes, a socket's can have " + PATH_LIMIT_BYTES,
          null);
    }
    Path path = Path.of(address);
    Path name = path.getFileName();
    if (name == null || name.toString().isEmpty() || address.endsWith("/")) {
      throw new ListenException(address, "the path names no file", null);
    }
    refuseUnlessReplaceable(path, address);
    Path temporary = null;
    try {
      temporary = bindUnderTemporaryName(channel, path, backlog);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
      Object fileKey = fileKey(temporary);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      return new SocketFile(path, fileKey);
    } catch (IOException e) {
      removeQuietly(temporary);
      throw new ListenException(address, reason(path, e), e);
    }
  }

  /** Removes the file unless somebody else has put another one in its place. */
  void removeIfOurs() throws IOException {
    try {
      if (fileKey.equals(fileKey(path))) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      // Removed by somebody else, which is what we wanted.
    }
  }

  private static void refuseUnlessReplaceable(Path path, String address) throws ListenException {
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if ((mode & FILE_TYPE_MASK) != SOCKET_TYPE) {
        throw new ListenException(address, "a file that is no socket has this name", null);
      }
      if (isAnswering(path)) {
        throw new ListenException(address, "a running server is using this socket", null);
      }
    } catch (ListenException e) {
      throw e;
    } catch (NoSuchFileException e) {
      // The name is free.
    } catch (IOException e) {
      throw new ListenException(address, reason(path, e), e);
    }
  }

  /** A stale socket refuses; a live one accepts, or is so busy that its backlog is full. */
  private static boolean isAnswering(Path path) throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A blocking connect would wait for room in the backlog of a server that hangs.
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("temporarily unavailable")) {
        return true;
      }
      throw e;
    }
  }

  private static Path bindUnderTemporaryName(ServerSocketChannel channel, Path path, int backlog)
      throws IOException {
    // Never longer than the final name: that one is known to fit.
    int length = path.getFileName().toString().getBytes(StandardCharsets.UTF_8).length;
    length = Math.min(length, TEMPORARY_NAME_LENGTH);
    IOException last = null;
    for (int attempt = 0; attempt < TEMPORARY_NAME_ATTEMPTS; attempt++) {
      Path temporary = path.resolveSibling(randomName(length));
      if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      try {
        channel.bind(UnixDomainSocketAddress.of(temporary), backlog);
        return temporary;
      } catch (java.net.BindException e) {
        last = e;
        if (!String.valueOf(e.getMessage()).contains("in use")) {
          throw e;
        }
      }
    }
    throw last != null ? last : new IOException("no free name for a temporary file beside it");
  }

  private static String randomName(int length) {
    StringBuilder name = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      name.append(NAME_LETTERS.charAt(ThreadLocalRandom.current().nextInt(NAME_LETTERS.length())));
    }
    return name.toString();
  }

  private static Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private static String reason(Path path, IOException e) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      return "there is no directory " + parent;
    }
    if (e instanceof AccessDeniedException || e instanceof NotDirectoryException) {
      return "permission denied";
    }
    return String.valueOf(e.getMessage());
  }

  private static void removeQuietly(Path temporary) {
    if (temporary == null) {
      return;
    }
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // The failure that brought us here is the one to report.
    }
  }
}
