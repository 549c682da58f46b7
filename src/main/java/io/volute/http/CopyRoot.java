package io.volute.http;

import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The part of the daemon's file system from which {@code /copy} may read. */
final class CopyRoot {
  private final Optional<Path> root;

  /**
   * @param root empty when nothing may be read
   */
  CopyRoot(Optional<Path> root) {
    this.root = root;
  }

  /**
   * The file that a client means.
   *
   * @param path relative to the root, or absolute and below it; links are followed, and must not
   *     lead out of it
   */
  Path resolve(String path) throws BadRequestException {
    if (root.isEmpty()) {
      throw new BadRequestException(
          StatusCodes.FORBIDDEN, "/copy is off: the node runs without --copy-root");
    }
    try {
      Path below = root.get().toRealPath();
      Path file = below.resolve(path).toRealPath();
      if (!file.startsWith(below) || !Files.isRegularFile(file) || !Files.isReadable(file)) {
        throw outside();
      }
      return file;
    } catch (IOException | InvalidPathException e) {
      // Whether it exists outside must not be told, so all of these get the same answer.
      throw outside();
    }
  }

  private static BadRequestException outside() {
    return new BadRequestException(
        StatusCodes.FORBIDDEN,
        "parameter 'path' is not a readable file below --copy-root; allowed are only those");
  }
}
