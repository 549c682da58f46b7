package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Keeps an engine from starting empty beside what another one has in the same home. */
final class EngineFiles {
  private EngineFiles() {}

  /**
   * For the engine over RocksDB.
   *
   * @throws StoreException when the log engine has data there
   */
  static void requireNoLog(Path directory) throws IOException, StoreException {
    Path log = directory.resolve(Segment.DIRECTORY);
    if (!Files.isDirectory(log)) {
      return;
    }
    try (Stream<Path> files = Files.list(log)) {
      if (files.anyMatch(file -> Segment.numberOf(file.getFileName().toString()).isPresent())) {
        throw new StoreException(
            "it holds data of --store log, allowed is that, or another home for --store rocksdb");
      }
    }
  }

  /**
   * For the log engine.
   *
   * @throws StoreException when RocksDB has data there
   */
  static void requireNoRocks(Path directory) throws StoreException {
    if (Files.exists(directory.resolve(RocksTables.DIRECTORY).resolve("CURRENT"))) {
      throw new StoreException(
          "it holds data of --store rocksdb, allowed is that, or another home for --store log");
    }
  }
}
