package io.volute.storage;

import io.volute.hashing.DigestKey;
import io.volute.port.Clock;
import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * The files of a store from opening to closing. They are taken as they were left after an orderly
 * stop; else all but the log is derived anew.
 */
final class StoreFiles {
  private static final long CLOSE_SECONDS = 8;
  static final String INDEX_DIRECTORY = "index";

  /** How far the change time of the clean marker may lie from the time written in it. */
  private static final long COPY_TOLERANCE_MILLIS = 5_000;

  /** Threads that read the log at a start, beside the one that builds the index. */
  private static final int READERS =
      Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

  private final Disk disk;
  private final Clock clock;
  private final List<DigestKey> digestKeys;
  private final KeyIndex.Source indexes;
  private final Background background;
  private final Optional<StoreLock> lock;
  private final LogRecovery recovery;
  private final DamagedSegments damagedSegments = new DamagedSegments();
  private final Notes notes = new Notes();
  private final DiskRoom room;
  private final Catalog catalog;
  private final StoreEvidence evidence;
  private Optional<Location> checkpointEnd = Optional.empty();
  private long replayedChanges;
  private boolean distrusted;

  private StoreFiles(
      Disk disk,
      Clock clock,
      List<DigestKey> digestKeys,
      KeyIndex.Source indexes,
      Background background,
      StoreListener listener,
      Optional<StoreLock> lock)
      throws IOException, StoreException {
    this.disk = disk;
    this.clock = clock;
    this.digestKeys = digestKeys;
    this.indexes = indexes;
    this.background = background;
    this.lock = lock;
    CutMark cut = new CutMark(disk);
    int readers = lock.isPresent() ? READERS : 0;
    this.recovery = new LogRecovery(disk, cut, readers, listener::onReading);
    disk.createDirectory(Segment.DIRECTORY);
    this.room = new DiskRoom(disk, clock);
    // Refuses the format of a newer program before anything is changed.
    recovery.openSegments();
    Optional<CleanMarker> marker = takeMarker();
    Optional<Checkpoint.Found> checkpoint = Checkpoint.read(disk);
    boolean existed =
        marker.isPresent()
            || checkpoint.isPresent()
            || !recovery.segments().isEmpty()
            || !recovery.reports().isEmpty();
    boolean unchanged = marker.isPresent() && isUnchanged(marker.get());
    Optional<Catalog> kept =
        checkpoint.isPresent()
            ? reopen(checkpoint.get(), marker.filter(m -> unchanged))
            : Optional.empty();
    this.catalog = kept.isPresent() ? kept.get() : rebuild();
    damagedSegments.found(recovery.reports());
    // No crash came behind an orderly stop, so nothing can have been cut short.
    boolean damaged =
        recovery.reports().stream().anyMatch(report -> unchanged || report.isDamage());
    this.evidence = new StoreEvidence(existed, unchanged && !damaged, damaged, cut.isSet());
  }

  /** Opens the directory of a daemon, and keeps others out of it. */
  static StoreFiles open(
      Path directory, StoreSettings settings, Clock clock, StoreListener listener)
      throws StoreException, StoreLockedException {
    StoreLock lock;
    try {
      lock = StoreLock.take(directory);
    } catch (IOException e) {
      throw cantOpen(directory.toString(), e);
    }
    try {
      EngineFiles.requireNoRocks(directory);
    } catch (StoreException e) {
      releaseLock(lock);
      throw e;
    }
    Background background = Background.start("volute-tidy", true, CLOSE_SECONDS);
    KeyIndex.Source indexes =
        ChronicleIndex.in(
            directory.resolve(INDEX_DIRECTORY),
            settings.firstIndexEntries(),
            background.executor());
    try {
      Disk disk = new PooledDisk(new RealDisk(directory), PooledDisk.MAX_OPEN);
      return new StoreFiles(
          disk, clock, settings.digestKeys(), indexes, background, listener, Optional.of(lock));
    } catch (IOException e) {
      release(lock, background);
      throw cantOpen(directory.toString(), e);
    } catch (StoreException e) {
      release(lock, background);
      throw e;
    }
  }

  /** Opens a disk that nobody else has, with an index on the heap. */
  static StoreFiles open(Disk disk, StoreSettings settings, Clock clock, StoreListener listener)
      throws StoreException {
    try {
      return new StoreFiles(
          disk,
          clock,
          settings.digestKeys(),
          HeapIndex.SOURCE,
          Background.inline(),
          listener,
          Optional.empty());
    } catch (IOException e) {
      throw cantOpen("the store", e);
    }
  }

  private static StoreException cantOpen(String what, IOException cause) {
    return new StoreException("can't open " + what + ": " + cause.getMessage(), cause);
  }

  private static void release(StoreLock lock, Background background) {
    background.close();
    releaseLock(lock);
  }

  private static void releaseLock(StoreLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      // The process ends for the other reason, and the lock with it.
      return;
    }
  }

  /** Reads the marker of an orderly stop and deletes it: from here on the store may change. */
  private Optional<CleanMarker> takeMarker() throws IOException {
    Optional<CleanMarker> marker = CleanMarker.read(disk);
    if (marker.isPresent() && isCopy(marker.get())) {
      marker = Optional.empty();
    }
    if (disk.exists(CleanMarker.FILE)) {
      disk.delete(CleanMarker.FILE);
      disk.syncDirectory("");
    }
    return marker;
  }

  private boolean isCopy(CleanMarker marker) throws IOException {
    OptionalLong changed = disk.changedAtMillis(CleanMarker.FILE);
    return changed.isPresent()
        && Math.abs(changed.getAsLong() - marker.stoppedAtMillis()) > COPY_TOLERANCE_MILLIS;
  }

  private boolean isUnchanged(CleanMarker marker) throws IOException {
    return recovery.endsAt(marker.end(), marker.segmentCount());
  }

  /** Goes on from a checkpoint; empty when the log must be read from its beginning. */
  private Optional<Catalog> reopen(Checkpoint.Found found, Optional<CleanMarker> clean)
      throws IOException, StoreException {
    Checkpoint checkpoint = found.checkpoint();
    Optional<KeyedSums> sums = KeyedSums.of(checkpoint.treeSums(), digestKeys);
    if (!recovery.reaches(checkpoint.end()) || sums.isEmpty()) {
      return Optional.empty();
    }
    Optional<NameOrder> names = reopen(NameRun.DIRECTORY, checkpoint.nameRuns());
    Optional<NameOrder> hashes = reopen(NameRun.TREE_DIRECTORY, checkpoint.treeRuns());
    if (names.isEmpty() || hashes.isEmpty() || !sums.get().areOver(checkpoint.keyCount())) {
      return Optional.empty();
    }
    Optional<CleanMarker> marker = clean.filter(left -> left.checkpointCrc() == found.crc());
    Optional<KeyIndex> index =
        marker.isPresent() ? indexes.reopen(marker.get().index()) : Optional.empty();
    boolean kept = index.isPresent() && index.get().count() == checkpoint.keyCount();
    // One too large to be checked counts as not filled yet: what it lost is found in the names.
    boolean filled = kept && marker.get().index().isProven();
    Catalog catalogThen =
        new Catalog(
            kept ? index.get() : indexes.create(checkpoint.keyCount()),
            names.get(),
            hashes.get(),
            sums.get(),
            new LiveBytes(checkpoint.liveBytes()),
            checkpoint.keyCount(),
            checkpoint.valueBytes(),
            filled);
    checkpoint.notes().forEach(notes::put);
    if (marker.isPresent()) {
      recovery.resumeAt(marker.get().openEnded() ? marker.get().end() : Optional.empty());
    } else {
      LogReplay replay = new LogReplay(room, catalogThen, notes, recovery.reports());
      Location from = checkpoint.end().orElse(new Location(0, 0, 0));
      recovery.replay(replay, from, checkpoint.openEnded());
      replayedChanges = replay.count();
    }
    checkpointEnd = checkpoint.end();
    try {
      catalogThen.tree().complete();
    } catch (StoreException e) {
      // Read in part it is of no use; without the checkpoint the next start reads the log instead.
      Checkpoint.delete(disk);
      throw new StoreException(e.getMessage() + "; the next start reads the whole log", e);
    }
    return Optional.of(catalogThen);
  }

  private Optional<NameOrder> reopen(String directory, List<KeyIndex.FileStamp> runs)
      throws IOException {
    return NameOrder.reopen(disk, directory, background.executor(), NameOrder.MAX_RECENT, runs);
  }

  private NameOrder create(String directory) throws IOException {
    return NameOrder.create(disk, directory, background.executor(), NameOrder.MAX_RECENT);
  }

  private Catalog rebuild() throws IOException, StoreException {
    Checkpoint.delete(disk);
    NameOrder names = create(NameRun.DIRECTORY);
    NameOrder hashes = create(NameRun.TREE_DIRECTORY);
    Catalog rebuilt =
        new Catalog(
            indexes.create(0),
            names,
            hashes,
            KeyedSums.empty(digestKeys),
            new LiveBytes(),
            0,
            0,
            true);
    LogReplay replay = new LogReplay(room, rebuilt, notes, recovery.reports());
    recovery.replay(replay);
    replayedChanges = replay.count();
    return rebuilt;
  }

  /**
   * Closes everything.
   *
   * @param orderly whether all of the log is stored, so that the next start may rely on that
   */
  void close(SegmentLog log, boolean orderly) throws IOException {
    try {
      final List<KeyIndex.FileStamp> runs = catalog.nameOrder().close();
      final List<KeyIndex.FileStamp> treeRuns = catalog.hashOrder().close();
      background.close();
      Optional<KeyIndex.Snapshot> index = catalog.index().close();
      if (orderly && !distrusted) {
        log.sync();
        Checkpoint checkpoint = Checkpointer.draft(log, catalog, notes).withRuns(runs, treeRuns);
        mark(log, checkpoint.at(log.end()).write(disk), index.filter(left -> catalog.isFilled()));
      }
    } finally {
      background.close();
      log.close();
      if (lock.isPresent()) {
        lock.get().close();
      }
    }
  }

  private void mark(SegmentLog log, int checkpointCrc, Optional<KeyIndex.Snapshot> index)
      throws IOException {
    new CleanMarker(
            clock.wallMillis(),
            log.end(),
            log.isOpenEnded(),
            log.segmentCount(),
            checkpointCrc,
            index.orElse(new KeyIndex.Snapshot(List.of(), List.of())))
        .write(disk);
  }

  /** Segments in which something is damaged. */
  DamagedSegments damagedSegments() {
    return damagedSegments;
  }

  /** What is derived from the log was found to be damaged: the next start reads all of the log. */
  void distrust() throws IOException {
    distrusted = true;
    Checkpoint.delete(disk);
  }

  /** What was damaged is made anew. */
  void trustAgain() {
    distrusted = false;
  }

  /** Whether checkpoints are of no use for now. */
  boolean isDistrusted() {
    return distrusted;
  }

  /** The place of the checkpoint on the disk, if there is one. */
  Optional<Location> checkpointEnd() {
    return checkpointEnd;
  }

  /** How many records the log had behind it. */
  long replayedChanges() {
    return replayedChanges;
  }

  Executor backgroundExecutor() {
    return background.executor();
  }

  Disk disk() {
    return disk;
  }

  Catalog catalog() {
    return catalog;
  }

  Notes notes() {
    return notes;
  }

  LogRecovery recovery() {
    return recovery;
  }

  StoreEvidence evidence() {
    return evidence;
  }
}
