package io.volute.storage;

import io.volute.port.Clock;
import io.volute.port.StoreException;
import java.io.IOException;
import java.util.Optional;
import org.rocksdb.WriteBatch;

/**
 * Makes RocksDB fit to be written again after a write or a sync of it has failed, without a
 * restart: it is opened anew, which makes files of all that its log holds. Meanwhile changes are
 * refused and reads go on. When that is not possible yet, on a full disk, it is tried again later;
 * when something that was written is gone, the store has failed.
 *
 * <p>For the kernel thread.
 */
final class RocksRecovery {
  private static final System.Logger LOG = System.getLogger(RocksRecovery.class.getName());
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** Finds out whether a change was written whose write failed, and makes the totals say so. */
  interface Settling {
    void settle() throws IOException;
  }

  private final RocksTables tables;
  private final Clock clock;
  private final DiskRoom room;
  private final GroupCommit commit;
  private final SyncAgent sync;
  private final StoreReporter reporter;

  /** At most one: no other change is taken until it is settled. */
  private Optional<Settling> unsettled = Optional.empty();

  private long nextTryMillis = Long.MIN_VALUE;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  RocksRecovery(
      RocksTables tables,
      Clock clock,
      DiskRoom room,
      GroupCommit commit,
      SyncAgent sync,
      StoreReporter reporter) {
    this.tables = tables;
    this.clock = clock;
    this.room = room;
    this.commit = commit;
    this.sync = sync;
    this.reporter = reporter;
  }

  /**
   * Writes a change.
   *
   * @throws StoreException when that failed; whether it was written is found out later
   */
  void write(WriteBatch batch, Settling settling) throws StoreException {
    try {
      tables.write(batch);
    } catch (IOException e) {
      unsettled = Optional.of(settling);
      commit.failed(e.getMessage());
      reporter.paused("writing", e);
      throw new StoreException("the store takes no changes for now: " + e.getMessage(), e);
    }
  }

  /** Begins when something has failed and it is time. Cheap when there is nothing to do. */
  void step() {
    if (!commit.hasFailed() || reporter.hasFailed() || clock.monotonicMillis() < nextTryMillis) {
      return;
    }
    try {
      if (room.isShort() || !tables.reopen()) {
        nextTryMillis = clock.monotonicMillis() + pauseMillis;
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        return;
      }
      if (unsettled.isPresent()) {
        unsettled.get().settle();
        unsettled = Optional.empty();
      }
    } catch (IOException | StoreException e) {
      reporter.failed("opening RocksDB anew", e);
      return;
    }
    nextTryMillis = Long.MIN_VALUE;
    pauseMillis = FIRST_PAUSE_MILLIS;
    LOG.log(System.Logger.Level.INFO, "RocksDB is written again");
    commit.recovered();
    sync.wake();
  }
}
