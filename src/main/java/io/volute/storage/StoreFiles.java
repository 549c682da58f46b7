package io.volute.storage;

import io.volute.port.Clock;
import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of a store from opening to closing. They are taken as they were left after an orderly
 * stop; else all but the log is derived anew.
 */
final class StoreFiles {
  static final String INDEX_DIRECTORY = "index";

  /** How far the change time of the clean marker may lie from the time written in it. */
  private static final long COPY_TOLERANCE_MILLIS = 5_000;

  private final Disk disk;
  private final Clock clock;
  private final KeyIndex.Source indexes;
  private final Background background;
  private final Optional<StoreLock> lock;
  private final LogRecovery recovery;
  private final Notes notes = new Notes();
  private final Catalog catalog;
  private final StoreEvidence evidence;

  private StoreFiles(
      Disk disk,
      Clock clock,
      KeyIndex.Source indexes,
      Background background,
      Optional<StoreLock> lock)
      throws IOException, StoreException {
    this.disk = disk;
    this.clock = clock;
    this.indexes = indexes;
    this.background = background;
    this.lock = lock;
    this.recovery = new LogRecovery(disk);
    disk.createDirectory(Segment.DIRECTORY);
    // Refuses the format of a newer program before anything is changed.
    recovery.openSegments();
    Optional<CleanMarker> marker = takeMarker();
    boolean existed =
        marker.isPresent() || !recovery.segments().isEmpty() || !recovery.reports().isEmpty();
    boolean unchanged = marker.isPresent() && isUnchanged(marker.get());
    Optional<Catalog> kept = unchanged ? reopen(marker.get()) : Optional.empty();
    this.catalog = kept.isPresent() ? kept.get() : rebuild();
    boolean damaged = recovery.reports().stream().anyMatch(StoreReport::isDamage);
    this.evidence = new StoreEvidence(existed, unchanged && !damaged, damaged);
  }

  /** Opens the directory of a daemon, and keeps others out of it. */
  static StoreFiles open(Path directory, StoreSettings settings, Clock clock)
      throws StoreException, StoreLockedException {
    StoreLock lock;
    try {
      lock = StoreLock.take(directory);
    } catch (IOException e) {
      throw cantOpen(directory.toString(), e);
    }
    Background background = Background.onItsThread();
    KeyIndex.Source indexes =
        ChronicleIndex.in(
            directory.resolve(INDEX_DIRECTORY),
            settings.firstIndexEntries(),
            background.executor());
    try {
      return new StoreFiles(new RealDisk(directory), clock, indexes, background, Optional.of(lock));
    } catch (IOException e) {
      release(lock, background);
      throw cantOpen(directory.toString(), e);
    } catch (StoreException e) {
      release(lock, background);
      throw e;
    }
  }

  /** Opens a disk that nobody else has, with an index on the heap. */
  static StoreFiles open(Disk disk, Clock clock) throws StoreException {
    try {
      return new StoreFiles(disk, clock, HeapIndex.SOURCE, Background.inline(), Optional.empty());
    } catch (IOException e) {
      throw cantOpen("the store", e);
    }
  }

  private static StoreException cantOpen(String what, IOException cause) {
    return new StoreException("can't open " + what + ": " + cause.getMessage(), cause);
  }

  private static void release(StoreLock lock, Background background) {
    background.close();
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

  private Optional<Catalog> reopen(CleanMarker marker) throws IOException {
    Optional<NameOrder> names = reopen(NameRun.DIRECTORY, marker.nameRuns());
    Optional<NameOrder> hashes = reopen(NameRun.TREE_DIRECTORY, marker.treeRuns());
    Optional<TreeSums> sums = TreeSums.read(disk, marker.treeSums());
    if (names.isEmpty() || hashes.isEmpty() || sums.isEmpty()) {
      return Optional.empty();
    }
    Optional<KeyIndex> index = indexes.reopen(marker.index());
    if (index.isEmpty()
        || index.get().count() != marker.keyCount()
        || sums.get().count() != marker.keyCount()) {
      return Optional.empty();
    }
    marker.notes().forEach(notes::put);
    recovery.resumeAt(marker.openEnded() ? marker.end() : Optional.empty());
    return Optional.of(
        new Catalog(
            index.get(),
            names.get(),
            hashes.get(),
            sums.get(),
            new LiveBytes(marker.liveBytes()),
            marker.valueBytes()));
  }

  private Optional<NameOrder> reopen(String directory, List<KeyIndex.FileStamp> runs)
      throws IOException {
    return NameOrder.reopen(disk, directory, background.executor(), NameOrder.MAX_RECENT, runs);
  }

  private NameOrder create(String directory) throws IOException {
    return NameOrder.create(disk, directory, background.executor(), NameOrder.MAX_RECENT);
  }

  private Catalog rebuild() throws IOException, StoreException {
    NameOrder names = create(NameRun.DIRECTORY);
    NameOrder hashes = create(NameRun.TREE_DIRECTORY);
    Catalog rebuilt =
        new Catalog(indexes.create(), names, hashes, new TreeSums(), new LiveBytes(), 0);
    recovery.replay(new LogReplay(rebuilt, notes, recovery.reports()));
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
      final long keyCount = catalog.keyCount();
      Optional<KeyIndex.Snapshot> index = catalog.index().close();
      if (orderly) {
        log.sync();
        KeyIndex.FileStamp sums = catalog.tree().sums().write(disk);
        mark(
            log,
            keyCount,
            index.orElse(new KeyIndex.Snapshot(List.of(), List.of())),
            runs,
            treeRuns,
            sums);
      }
    } finally {
      background.close();
      log.close();
      if (lock.isPresent()) {
        lock.get().close();
      }
    }
  }

  private void mark(
      SegmentLog log,
      long keyCount,
      KeyIndex.Snapshot index,
      List<KeyIndex.FileStamp> runs,
      List<KeyIndex.FileStamp> treeRuns,
      KeyIndex.FileStamp treeSums)
      throws IOException {
    new CleanMarker(
            clock.wallMillis(),
            log.end(),
            log.isOpenEnded(),
            log.segmentCount(),
            keyCount,
            catalog.valueBytes(),
            catalog.liveBytes().asMap(),
            index,
            runs,
            treeRuns,
            treeSums,
            notes.asMap())
        .write(disk);
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
