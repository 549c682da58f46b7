package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.port.Blobs;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.KeyTree;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The store that survives: a {@link SegmentLog} with a {@link Catalog} derived from it.
 *
 * <p>A change is appended to the log's batch and applied to the catalog at once; {@link #flush}
 * writes the batch, and the sync thread makes it durable and reports it. See {@code
 * docs/internals/storage.md}.
 *
 * <p>All methods are for the kernel thread, which must not be interrupted. They throw {@link
 * DamagedIndexException} when the index is found to be damaged; the owner must stop then.
 */
public final class DurableStore implements StoreEngine {
  private static final byte[] NO_VALUE = {};
  private final StoreSettings settings;
  private final StoreReporter reporter;
  private final StoreFiles files;
  private final Catalog catalog;
  private final Notes notes;
  private final SegmentLog log;
  private final GroupCommit commit;
  private final SyncAgent sync;
  private final Completions completions;
  private final BlobFiles blobs;
  private final BlobVersions blobVersions;
  private final CompactionThread compactionThread;
  private final CatalogUpkeep upkeep;
  private final SyncRecovery syncRecovery;
  private final Compactor compactor;
  private final ChangeGate gate;
  private final StoreHealth health;
  private final Backup backup;
  private long sequence;
  private long flushed;
  private boolean closed;

  private DurableStore(
      StoreFiles files,
      StoreSettings settings,
      StoreListener listener,
      Clock clock,
      Dice dice,
      boolean threaded)
      throws StoreException {
    this.files = files;
    this.settings = settings;
    this.reporter = new StoreReporter(listener);
    this.catalog = files.catalog();
    this.notes = files.notes();
    this.commit = new GroupCommit(files.disk(), new Sealing(files.disk()));
    this.sync = new SyncAgent(commit, settings.fsync(), reporter);
    this.completions = new Completions(listener::onCompletion);
    LogRecovery found = files.recovery();
    try {
      this.log =
          new SegmentLog(files.disk(), settings, dice, commit, found.segments(), found.end());
      this.blobs = BlobFiles.open(files.disk(), settings.fsync(), clock, completions, threaded);
    } catch (IOException e) {
      throw new StoreException("can't open the files: " + e.getMessage(), e);
    }
    this.blobVersions = new BlobVersions(log, blobs);
    this.compactionThread = CompactionThread.start(threaded, completions);
    Checkpointer checkpointer =
        new Checkpointer(files, log, commit, completions, settings.checkpointChanges());
    this.upkeep = new CatalogUpkeep(files, checkpointer, reporter, clock);
    this.gate =
        new ChangeGate(reporter, commit, new DiskRoom(files.disk(), clock), upkeep::obstacle);
    Damage damage = new Damage(listener, clock);
    OrdersAnew orders = new OrdersAnew(files, log, checkpointer, compactionThread, clock);
    this.health =
        new StoreHealth(
            files, log, blobs, blobVersions, checkpointer, orders, damage, completions, threaded);
    this.backup = health.backup(commit, reporter, () -> ++sequence);
    this.syncRecovery =
        new SyncRecovery(files, clock, log, commit, sync, compactionThread, completions, reporter);
    this.compactor =
        new Compactor(
            files.disk(),
            clock,
            log,
            catalog,
            notes,
            commit,
            compactionThread,
            files.damagedSegments(),
            backup::isUnderWay,
            checkpointer::keptFrom,
            () -> ++sequence);
  }

  /**
   * Opens or makes a store and starts its threads.
   *
   * @param directory {@code HOME/store}
   * @param listener told of progress from now on
   * @throws StoreLockedException when a daemon uses it already
   * @throws StoreException when it can't be read, or a newer version of the program wrote it
   */
  public static DurableStore open(
      Path directory, StoreSettings settings, StoreListener listener, Clock clock, Dice dice)
      throws StoreException, StoreLockedException {
    StoreFiles files = StoreFiles.open(directory, settings, clock, listener);
    DurableStore store = new DurableStore(files, settings, listener, clock, dice, true);
    store.sync.start();
    return store;
  }

  /**
   * Opens a store without any thread: {@link #syncNow} does what the sync thread would do. For the
   * simulator and for tests. Its index is on the heap and rebuilt whenever it is opened.
   */
  public static DurableStore openStepped(
      Disk disk, StoreSettings settings, StoreListener listener, Clock clock, Dice dice)
      throws StoreException {
    return new DurableStore(
        StoreFiles.open(disk, settings, clock, listener), settings, listener, clock, dice, false);
  }

  /** A round of the sync thread, for a store without. */
  public void syncNow() {
    sync.doWork();
  }

  /** What was wrong with the files when they were opened; usually nothing. */
  public List<StoreReport> reports() {
    return List.copyOf(files.recovery().reports());
  }

  /** What the files showed of the store's past: whether it is the one that was left. */
  public StoreEvidence evidence() {
    return files.evidence();
  }

  @Override
  public VersionSet versions(Name name) {
    return entry(name).versions();
  }

  private IndexEntry entry(Name name) {
    return upkeep.entry(name);
  }

  @Override
  public Optional<Value> value(Name name, Dot dot) throws StoreException {
    IndexEntry entry = entry(name);
    Optional<Location> at = entry.find(dot);
    if (at.isEmpty()) {
      return Optional.empty();
    }
    Version version = entry.versions().find(dot).orElseThrow();
    try {
      return Optional.of(blobVersions.read(name, version, at.get()));
    } catch (StoreException e) {
      health.found(name, dot);
      throw e;
    }
  }

  @Override
  public Blobs blobs() {
    return blobs;
  }

  @Override
  public long put(Name name, Version version, Value value, VersionSet after) throws StoreException {
    gate.check();
    BlobVersions.checkFits(version, value);
    IndexEntry before = entry(name);
    before.check(after, version.dot());
    try {
      ByteBuffer meta = log.metaBuffer();
      VersionCodec.write(version, meta);
      RecordKind kind = RecordKind.VERSION;
      byte[] content;
      if (value instanceof Value.Blob blob) {
        blobs.checkWhole(blob.id());
        kind = RecordKind.BLOB_VERSION;
        content = BlobFormat.reference(blob);
      } else {
        content = value.bytes();
      }
      List<BlobId> dropped = blobVersions.dropped(name, before, after);
      // The same version again: its record or blob was damaged.
      blobVersions
          .replaced(name, before, version.dot())
          .filter(id -> !(value instanceof Value.Blob blob && blob.id().equals(id)))
          .ifPresent(dropped::add);
      Location at = log.append(kind, name.utf8(), meta.flip(), content);
      assert BlobVersions.isBlob(version, at) == (value instanceof Value.Blob)
          : version + " at " + at;
      if (value instanceof Value.Blob blob) {
        blobs.claim(blob.id());
      }
      upkeep.set(name, before.with(after, version.dot(), at));
      sequence++;
      release(dropped);
      return sequence;
    } catch (IOException e) {
      throw gate.paused(e);
    }
  }

  private void release(List<BlobId> dropped) {
    dropped.forEach(id -> blobs.release(id, sequence));
    if (!dropped.isEmpty()) {
      commit.wantSync();
    }
  }

  @Override
  public long remove(Name name) throws StoreException {
    gate.check();
    try {
      IndexEntry before = entry(name);
      List<BlobId> dropped = blobVersions.dropped(name, before, VersionSet.EMPTY);
      if (!before.versions().isEmpty()) {
        log.append(RecordKind.REMOVE, name.utf8(), NO_VALUE);
        catalog.remove(name);
      }
      sequence++;
      release(dropped);
      return sequence;
    } catch (IOException e) {
      throw gate.paused(e);
    }
  }

  @Override
  public List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit)
      throws StoreException {
    return upkeep.list(prefix, after, limit);
  }

  @Override
  public long putNote(String key, byte[] content) throws StoreException {
    gate.check();
    byte[] keyBytes = Notes.keyBytes(key);
    Notes.checkContent(content);
    try {
      log.append(RecordKind.NOTE, keyBytes, content);
      notes.put(key, content.clone());
      return ++sequence;
    } catch (IOException e) {
      throw gate.paused(e);
    }
  }

  @Override
  public long removeNote(String key) throws StoreException {
    gate.check();
    try {
      if (notes.contains(key)) {
        log.append(RecordKind.NOTE_REMOVED, key.getBytes(StandardCharsets.UTF_8), NO_VALUE);
        notes.remove(key);
      }
      return ++sequence;
    } catch (IOException e) {
      throw gate.paused(e);
    }
  }

  @Override
  public Optional<byte[]> note(String key) {
    return notes.get(key);
  }

  @Override
  public List<String> notes(String prefix, String after, int limit) {
    return notes.list(prefix, after, limit);
  }

  @Override
  public KeyTree tree() {
    return catalog.tree();
  }

  @Override
  public long keyCount() {
    return catalog.keyCount();
  }

  @Override
  public long valueBytes() {
    return catalog.valueBytes();
  }

  @Override
  public boolean beginScrub() throws StoreException {
    health.beginScrub();
    return true;
  }

  /** Whether one is being written, or waits to be. */
  boolean isCheckpointUnderWay() {
    return upkeep.isCheckpointUnderWay();
  }

  @Override
  public boolean beginBackup(Path target, Consumer<BackupResult> whenDone) throws StoreException {
    gate.check();
    backup.begin(target, whenDone);
    return true;
  }

  @Override
  public ScrubProgress scrubProgress() {
    return health.scrubProgress();
  }

  @Override
  public StoreFigures figures() {
    return compactor.figures();
  }

  @Override
  public void flush() {
    boolean nothingNew = sequence == flushed && reporter.pause().isEmpty();
    if (nothingNew || reporter.hasFailed() || commit.hasFailed()) {
      sync.wakeIfWanted();
      return;
    }
    try {
      log.flush();
    } catch (IOException e) { // The batch is still in memory; the next turn tries again.
      reporter.paused("writing the log", e);
      return;
    }
    reporter.resumed();
    flushed = sequence;
    commit.written(sequence);
    if (settings.fsync().reportsWhenWritten()) {
      reporter.stored(sequence);
    }
    sync.wake();
  }

  @Override
  public int runCompletions() {
    int count = completions.run();
    syncRecovery.step();
    upkeep.retry();
    backup.step();
    if (gate.isOpen()) {
      compactor.step();
      upkeep.step(sequence);
      health.step();
    }
    blobs.tidy(commit.synced(), name -> blobVersions.of(name, entry(name)));
    return count;
  }

  @Override
  public boolean hasCompletions() {
    boolean waiting = !catalog.isFilled() || health.hasWork();
    return !completions.isEmpty() || waiting && gate.isOpen();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    flush();
    health.close();
    sync.stop();
    blobs.close(commit.synced());
    compactionThread.close();
    try {
      files.close(log, !reporter.hasFailed() && !commit.hasFailed());
    } catch (IOException e) {
      // Nothing is lost: without the marker of a clean stop the next start reads the log.
      reporter.failed("closing the store", e);
    }
  }
}
