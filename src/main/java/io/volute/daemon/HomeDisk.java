package io.volute.daemon;

import io.volute.metrics.DiskProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** The disk below a home, asked each time. */
final class HomeDisk implements DiskProbe {
  private final Path home;
  private final BooleanSupplier storePaused;

  HomeDisk(Path home, BooleanSupplier storePaused) {
    this.home = home;
    this.storePaused = storePaused;
  }

  @Override
  public OptionalLong freeBytes() {
    try {
      return OptionalLong.of(Files.getFileStore(home).getUsableSpace());
    } catch (IOException e) {
      // The home has gone, or its file system tells nobody: then there is no number to show.
      return OptionalLong.empty();
    }
  }

  @Override
  public OptionalLong totalBytes() {
    try {
      return OptionalLong.of(Files.getFileStore(home).getTotalSpace());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public boolean isStorePaused() {
    return storePaused.getAsBoolean();
  }
}
