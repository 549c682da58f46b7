package io.volute.storage;

import io.volute.port.Clock;
import io.volute.storage.RecordBatch.RawRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Makes orders of names anew whose files are damaged, while the store goes on: reads the log in the
 * background, and tells them of each key whose record counts; changes meanwhile reach them by
 * themselves, as do the records that compaction moves. Until that is done no checkpoint is written,
 * so a crash leads to a start that reads the whole log.
 *
 * <p>Where something of the log is damaged too it gives up for a while: a key may have its only
 * record there, and must not be missing in a listing. What is damaged may be fetched from elsewhere
 * meanwhile; else the next start does it, as far as it can be done.
 *
 * <p>For the kernel thread.
 */
final class OrdersAnew {
  /** After it has given up: reading the log in vain again and again would help nobody. */
  private static final long PAUSE_MILLIS = 60_000;

  private static final System.Logger LOG = System.getLogger(OrdersAnew.class.getName());

  private final StoreFiles files;
  private final SegmentLog log;
  private final Catalog catalog;
  private final Checkpointer checkpointer;
  private final CompactionThread thread;
  private final Clock clock;
  private boolean namesWanted;
  private boolean hashesWanted;
  private boolean underWay;
  private long nextTryMillis = Long.MIN_VALUE;

  /** To be read yet; the first of them is being read. */
  private final Deque<Segment> segments = new ArrayDeque<>();

  OrdersAnew(
      StoreFiles files,
      SegmentLog log,
      Checkpointer checkpointer,
      CompactionThread thread,
      Clock clock) {
    this.files = files;
    this.log = log;
    this.catalog = files.catalog();
    this.checkpointer = checkpointer;
    this.thread = thread;
    this.clock = clock;
  }

  /**
   * A file of an order is damaged: neither the next start nor a checkpoint relies on it.
   *
   * @param file as {@link NameRun#fileName()}
   * @throws IOException when the checkpoint that names it can't be deleted, and should be
   */
  void want(String file) throws IOException {
    boolean ofNames = file.startsWith(NameRun.DIRECTORY + "/");
    namesWanted |= ofNames;
    hashesWanted |= !ofNames;
    files.distrust();
  }

  /** Reads and merges come upon damage as well, often before a scrub does. */
  private void look() {
    if (!namesWanted) {
      catalog.nameOrder().damaged().ifPresent(this::found);
    }
    if (!hashesWanted) {
      catalog.hashOrder().damaged().ifPresent(this::found);
    }
  }

  private void found(String file) {
    LOG.log(System.Logger.Level.ERROR, "{0} is damaged; it is derived from the log", file);
    try {
      want(file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the checkpoint can''t be deleted: {0}", e.getMessage());
    }
  }

  /** Begins when it is wanted and possible. Cheap when there is nothing to do. */
  void step() {
    if (underWay) {
      return;
    }
    look();
    boolean wanted = namesWanted || hashesWanted;
    // A checkpoint under way names the damaged files, and is given up first.
    if (!wanted || !catalog.isFilled() || checkpointer.isUnderWay()) {
      return;
    }
    if (clock.monotonicMillis() < nextTryMillis) {
      return;
    }
    try {
      segments.clear();
      segments.addAll(log.cut());
    } catch (IOException e) {
      giveUp(e.getMessage());
      return;
    }
    underWay = true;
    if (namesWanted) {
      catalog.nameOrder().beginAnew();
    }
    if (hashesWanted) {
      catalog.hashOrder().beginAnew();
    }
    LOG.log(System.Logger.Level.WARNING, "the damaged orders of names are made anew of the log");
    next(Segment.HEADER_BYTES);
  }

  private void next(long from) {
    if (segments.isEmpty()) {
      end();
    } else {
      thread.read(segments.peekFirst(), from, this::onBatch, this::onUnreadable);
    }
  }

  private void onUnreadable(Exception cause) {
    Segment segment = segments.peekFirst();
    if (log.holds(segment)) {
      giveUp(segment + " can't be read: " + cause.getMessage());
    } else {
      // Compacted meanwhile: what counted in it was moved, and so is known.
      segments.removeFirst();
      next(Segment.HEADER_BYTES);
    }
  }

  private void onBatch(RecordBatch batch) {
    try {
      if (batch.damaged()) {
        giveUp(segments.peekFirst() + " is damaged before byte " + batch.end());
        return;
      }
      for (RawRecord record : batch.records()) {
        if (record.kind() == RecordKind.VERSION || record.kind() == RecordKind.BLOB_VERSION) {
          catalog.refill(record.name(), record.at());
        }
      }
    } catch (IOException e) {
      giveUp(e.getMessage());
      return;
    }
    if (isBrokenOff()) {
      giveUp("their files can't be written");
    } else if (batch.last()) {
      segments.removeFirst();
      next(Segment.HEADER_BYTES);
    } else {
      next(batch.end());
    }
  }

  private boolean isBrokenOff() {
    return namesWanted && !catalog.nameOrder().isMadeAnew()
        || hashesWanted && !catalog.hashOrder().isMadeAnew();
  }

  private void end() {
    if (namesWanted) {
      catalog.nameOrder().endAnew();
    }
    if (hashesWanted) {
      catalog.hashOrder().endAnew();
    }
    namesWanted = false;
    hashesWanted = false;
    underWay = false;
    files.trustAgain();
    checkpointer.renew();
    LOG.log(System.Logger.Level.INFO, "the orders of names are whole again");
  }

  private void giveUp(String why) {
    LOG.log(
        System.Logger.Level.ERROR,
        "a damaged order of names can''t be made anew, which is tried again in {0} s: {1}",
        Long.toString(TimeUnit.MILLISECONDS.toSeconds(PAUSE_MILLIS)),
        why);
    catalog.nameOrder().dropAnew();
    catalog.hashOrder().dropAnew();
    segments.clear();
    underWay = false;
    nextTryMillis = clock.monotonicMillis() + PAUSE_MILLIS;
  }
}
