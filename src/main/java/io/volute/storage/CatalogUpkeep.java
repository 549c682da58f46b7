package io.volute.storage;

import io.volute.port.Clock;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Name;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a catalog needs beside changes: its index filled after a crash, checkpoints, and that the
 * next start does not rely on what was found damaged. For the kernel thread only.
 */
final class CatalogUpkeep {
  /** Keys put into the index in one turn while it is filled: less than a millisecond's work. */
  private static final int FILL_KEYS = 256;

  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  private static final System.Logger LOG = System.getLogger(CatalogUpkeep.class.getName());

  private final StoreFiles files;
  private final Catalog catalog;
  private final Checkpointer checkpointer;
  private final StoreReporter reporter;
  private final Clock clock;
  private long nextTryMillis = Long.MIN_VALUE;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  CatalogUpkeep(StoreFiles files, Checkpointer checkpointer, StoreReporter reporter, Clock clock) {
    this.files = files;
    this.clock = clock;
    this.catalog = files.catalog();
    this.checkpointer = checkpointer;
    this.reporter = reporter;
  }

  /** The entry of a key, as {@link Catalog#entry}. */
  IndexEntry entry(Name name) {
    try {
      return catalog.entry(name);
    } catch (DamagedIndexException e) {
      throw distrusted(e);
    }
  }

  /** A page of keys, as {@link Catalog#list}. */
  List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit) throws StoreException {
    try {
      return catalog.list(prefix, after, limit);
    } catch (DamagedIndexException e) {
      throw distrusted(e);
    }
  }

  /**
   * Does a turn's share of it.
   *
   * @param sequence number of the last change
   */
  void step(long sequence) {
    try {
      files.recovery().setAside();
      catalog.fill(FILL_KEYS);
      checkpointer.step(sequence);
    } catch (DamagedIndexException e) {
      throw distrusted(e);
    } catch (IOException e) {
      reporter.failed("writing the index", e);
    }
  }

  /** Why no change may be made for now, if so: what is derived from them could not be kept up. */
  Optional<String> obstacle() {
    Optional<String> names =
        catalog.overfull().map(order -> "writing the names failed: " + order.failure());
    return names.isPresent() ? names : catalog.index().obstacle();
  }

  /** Tries again what has failed for long, after ever longer pauses. */
  void retry() {
    Optional<NameOrder> overfull = catalog.overfull();
    if (reporter.hasFailed() || overfull.isEmpty() && catalog.index().obstacle().isEmpty()) {
      return;
    }
    try {
      if (overfull.isPresent()) {
        overfull.get().adopt();
      }
      long now = clock.monotonicMillis();
      Optional<String> obstacle = obstacle();
      if (obstacle.isEmpty()) {
        LOG.log(System.Logger.Level.INFO, "the names are written again");
        nextTryMillis = Long.MIN_VALUE;
        pauseMillis = FIRST_PAUSE_MILLIS;
      } else if (now >= nextTryMillis) {
        LOG.log(
            System.Logger.Level.WARNING,
            "no changes for now, {0}; next try after this in {1} ms",
            obstacle.get(),
            Long.toString(pauseMillis));
        nextTryMillis = now + pauseMillis;
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        if (overfull.isPresent()) {
          overfull.get().tryAgain();
        }
        catalog.index().tryAgain();
      }
    } catch (IOException e) {
      reporter.failed("writing the index", e);
    }
  }

  /** Changes a key's entry, as {@link Catalog#set}, once the log has what it is about. */
  void set(Name name, IndexEntry entry) throws StoreException {
    try {
      catalog.set(name, entry);
    } catch (IOException e) {
      // The log has what the catalog lacks: only the next start makes them one again.
      reporter.failed("writing the index", e);
      throw new StoreException(reporter.failure(), e);
    }
  }

  boolean isCheckpointUnderWay() {
    return checkpointer.isUnderWay();
  }

  /** Reports damage and makes the next start read the whole log; to be thrown by the caller. */
  private DamagedIndexException distrusted(DamagedIndexException damage) {
    reporter.failed("reading the index", damage);
    try {
      files.distrust();
    } catch (IOException e) {
      damage.addSuppressed(e);
    }
    return damage;
  }
}
