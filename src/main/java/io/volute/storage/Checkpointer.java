package io.volute.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Writes a {@link Checkpoint} every so many changes, so that a start after a crash reads the end of
 * the log only. On the kernel thread it does no more than to begin new batches of the orders and to
 * copy the sums; files are written by the background thread.
 *
 * <p>A checkpoint is written once the log is durable up to its place: it must never know more than
 * the log. Compaction must not delete what lies behind the last one's place: a remove that is gone
 * from the log would not be repeated, and the key come back.
 */
final class Checkpointer {
  private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

  private final StoreFiles files;
  private final Disk disk;
  private final SegmentLog log;
  private final Catalog catalog;
  private final Notes notes;
  private final GroupCommit commit;
  private final Executor background;
  private final Completions completions;
  private final int changesBetween;

  /** The place of the one on the disk; empty when there is none, or it is of an empty log. */
  private Optional<Location> durable;

  private Optional<Checkpoint> draft = Optional.empty();
  private long draftSequence;
  private boolean writing;

  /** Changes up to here are in the last one, or were when it failed. */
  private long lastSequence;

  private int lastSegment;

  /**
   * Begins where opening the store left off.
   *
   * @param changesBetween changes from one checkpoint to the next
   */
  Checkpointer(
      StoreFiles files,
      SegmentLog log,
      GroupCommit commit,
      Completions completions,
      int changesBetween) {
    this.files = files;
    this.disk = files.disk();
    this.log = log;
    this.catalog = files.catalog();
    this.notes = files.notes();
    this.commit = commit;
    this.background = files.backgroundExecutor();
    this.completions = completions;
    this.changesBetween = changesBetween;
    this.durable = files.checkpointEnd();
    this.lastSegment = durable.map(Location::segment).orElse(1);
    this.lastSequence = -files.replayedChanges();
  }

  /** Goes on with what is under way, or begins when it is time. Cheap when there is nothing. */
  void step(long sequence) throws IOException {
    if (files.isDistrusted()) {
      if (draft.isPresent() && !writing) {
        giveUp("what it would name is damaged");
      }
    } else if (draft.isEmpty()) {
      boolean due = sequence - lastSequence >= changesBetween || hasRolled();
      if (due && log.position().isPresent()) {
        begin(sequence);
      }
    } else if (!writing && commit.synced() >= draftSequence) {
      writeWhenReady();
    }
  }

  /** Deletes the one on the disk, which is damaged, and sees to it that another is written soon. */
  void renew() {
    if (!writing) {
      giveUp("the last one is damaged");
    }
    lastSequence = Long.MIN_VALUE / 2;
  }

  private boolean hasRolled() {
    return log.position().map(Location::segment).orElse(0) > lastSegment;
  }

  private void begin(long sequence) throws IOException {
    draftSequence = sequence;
    draft = Optional.of(draft(log, catalog, notes));
    lastSequence = sequence;
    lastSegment = log.position().map(Location::segment).orElse(0);
    catalog.nameOrder().cut();
    catalog.hashOrder().cut();
    commit.wantSync();
  }

  /** All but the files of the orders. */
  static Checkpoint draft(SegmentLog log, Catalog catalog, Notes notes) {
    return new Checkpoint(
        log.position(),
        log.isOpenEnded(),
        catalog.keyCount(),
        catalog.valueBytes(),
        new TreeMap<>(catalog.liveBytes().asMap()),
        List.of(),
        List.of(),
        catalog.tree().sums().toBytes(),
        new TreeMap<>(notes.asMap()));
  }

  private void writeWhenReady() throws IOException {
    var names = catalog.nameOrder().cutFiles();
    var hashes = catalog.hashOrder().cutFiles();
    if (names.isPresent() && hashes.isPresent()) {
      Checkpoint whole = draft.orElseThrow().withRuns(names.get(), hashes.get());
      writing = true;
      completions.tell(
          background,
          () -> whole.write(disk),
          checksum -> written(whole),
          cause -> giveUp(cause.getMessage()));
    } else if (catalog.nameOrder().isFailing() || catalog.hashOrder().isFailing()) {
      giveUp("its files can't be written");
    }
  }

  private void written(Checkpoint whole) {
    if (files.isDistrusted()) {
      giveUp("what it names is damaged");
      return;
    }
    durable = whole.end();
    catalog.nameOrder().kept().cutIsDurable();
    catalog.hashOrder().kept().cutIsDurable();
    writing = false;
    draft = Optional.empty();
  }

  /**
   * Takes the one before away as well: on a full disk compaction must not wait for a checkpoint
   * that can't be written.
   */
  private void giveUp(String why) {
    LOG.log(System.Logger.Level.WARNING, "no checkpoint: {0}; the next start is slow", why);
    catalog.nameOrder().kept().giveUpCut();
    catalog.hashOrder().kept().giveUpCut();
    writing = false;
    draft = Optional.empty();
    try {
      Checkpoint.delete(disk);
      durable = Optional.empty();
      catalog.nameOrder().kept().unpin();
      catalog.hashOrder().kept().unpin();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the old checkpoint stays: {0}", e.getMessage());
    }
  }

  boolean isUnderWay() {
    return draft.isPresent();
  }

  /** Segments from this number on must not be deleted yet. */
  int keptFrom() {
    Optional<Location> first = durable.isPresent() ? durable : draft.flatMap(Checkpoint::end);
    return first.map(Location::segment).orElse(Integer.MAX_VALUE);
  }
}
