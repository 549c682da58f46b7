package io.volute.storage;

import java.io.IOException;

/**
 * What a catalog needs beside changes: its index filled after a crash, checkpoints, and that the
 * next start does not rely on what was found damaged. For the kernel thread only.
 */
final class CatalogUpkeep {
  /** Keys put into the index in one turn while it is filled: less than a millisecond's work. */
  private static final int FILL_KEYS = 256;

  private final StoreFiles files;
  private final Catalog catalog;
  private final Checkpointer checkpointer;
  private final StoreReporter reporter;

  CatalogUpkeep(StoreFiles files, Checkpointer checkpointer, StoreReporter reporter) {
    this.files = files;
    this.catalog = files.catalog();
    this.checkpointer = checkpointer;
    this.reporter = reporter;
  }

  /**
   * Does a turn's share of it.
   *
   * @param sequence number of the last change
   */
  void step(long sequence) {
    try {
      catalog.fill(FILL_KEYS);
      checkpointer.step(sequence);
    } catch (DamagedIndexException e) {
      throw distrusted(e);
    } catch (IOException e) {
      reporter.failed("writing the index", e);
    }
  }

  /** Reports damage and makes the next start read the whole log; to be thrown by the caller. */
  DamagedIndexException distrusted(DamagedIndexException damage) {
    reporter.failed("reading the index", damage);
    try {
      files.distrust();
    } catch (IOException e) {
      damage.addSuppressed(e);
    }
    return damage;
  }
}
