package io.volute.daemon;

import io.volute.port.StoreException;
import io.volute.storage.RealDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The backups in a home, {@code HOME/backups/LABEL}: each is a home by itself. It gets its label
 * once it is whole; until then it is {@code LABEL.partial}.
 *
 * <p>Files that tell who the node is are copied and never linked: a home proves by them that it is
 * no copy, so that a node that is started on a backup begins a new life.
 */
final class BackupDirectory {
  static final String STORE = "store";

  private static final String BACKUPS = "backups";
  private static final String PARTIAL = ".partial";
  private static final List<String> COPIED = List.of("identity", "membership");

  private final Path home;

  BackupDirectory(Path home) {
    this.home = home;
  }

  private Path place(String label) {
    return home.resolve(BACKUPS).resolve(label);
  }

  boolean exists(String label) {
    return Files.exists(place(label));
  }

  /** An empty directory for a backup; what is left of one that was not completed is deleted. */
  Path draft(String label) throws StoreException {
    Path draft = place(label + PARTIAL);
    try {
      if (Files.exists(draft)) {
        delete(draft);
      }
      RealDisk.createDirectories(draft);
      return draft;
    } catch (IOException e) {
      throw failed(draft, e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static StoreException failed(Path where, IOException cause) {
    return new StoreException(where + " can't be written: " + cause, cause);
  }

  /** Adds what is not the store's, makes all of it durable, and gives it its label. */
  Path complete(String label) throws StoreException {
    Path draft = place(label + PARTIAL);
    Path whole = place(label);
    try {
      for (String file : COPIED) {
        Path source = home.resolve(file);
        if (Files.isRegularFile(source)) {
          Path copy = draft.resolve(file);
          Files.copy(source, copy);
          try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        }
      }
      sync(draft);
      Files.move(draft, whole, StandardCopyOption.ATOMIC_MOVE);
      sync(whole.getParent());
      return whole.toAbsolutePath();
    } catch (IOException e) {
      throw failed(draft, e);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
