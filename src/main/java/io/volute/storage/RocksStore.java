package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.hashing.DigestKey;
import io.volute.port.Blobs;
import io.volute.port.Clock;
import io.volute.port.KeyTree;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.RocksCodec.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The store over RocksDB ({@code --store rocksdb}): keys, small values and notes are in a database
 * of that library, large values are files as in the {@link DurableStore}. Each change is one atomic
 * write to RocksDB's log; the sync thread makes many of them durable at once.
 *
 * <p>All methods are for the kernel thread.
 */
public final class RocksStore implements StoreEngine {
  private final FsyncPolicy fsync;
  private final StoreLock lock;
  private final RocksTables tables;
  private final RocksCatalog catalog;
  private final StoreReporter reporter;
  private final GroupCommit commit;
  private final SyncAgent sync;
  private final Completions completions;
  private final BlobFiles blobs;
  private final RocksValues values;
  private final ChangeGate gate;
  private final RocksRecovery recovery;
  private final RocksWriter writer;
  private final Damage damage;
  private final RocksMending mending;
  private final RocksUpkeep upkeep;
  private long sequence;
  private long flushed;
  private boolean closed;

  private RocksStore(
      Path directory,
      StoreLock lock,
      RocksTables tables,
      RocksCatalog catalog,
      FsyncPolicy fsync,
      StoreListener listener,
      Clock clock,
      Syncing syncing)
      throws IOException {
    Disk disk = new RealDisk(directory);
    this.fsync = fsync;
    this.lock = lock;
    this.tables = tables;
    this.catalog = catalog;
    this.reporter = new StoreReporter(listener);
    this.commit = new GroupCommit(disk, syncing.of(tables::sync));
    this.sync = new SyncAgent(commit, fsync, reporter);
    this.completions = new Completions(listener::onCompletion);
    this.blobs = BlobFiles.open(disk, fsync, clock, completions, true);
    this.values = new RocksValues(tables, blobs);
    DiskRoom room = new DiskRoom(disk, clock);
    this.gate = new ChangeGate(reporter, commit, room, Optional::empty);
    this.recovery = new RocksRecovery(tables, clock, room, commit, sync, reporter);
    this.writer = new RocksWriter(tables, catalog, recovery, reporter);
    this.damage = new Damage(listener, clock);
    this.mending = new RocksMending(disk, tables, catalog, gate, clock);
    this.upkeep =
        new RocksUpkeep(catalog, values, disk, tables, blobs, mending, damage, completions);
    blobs.onDamaged(upkeep::onDamagedBlob);
  }

  /**
   * Opens or makes a store and starts its threads.
   *
   * @param directory {@code HOME/store}
   * @param digestKeys by which the sums of the hash tree are made, see {@link StoreSettings}
   * @throws StoreLockedException when a daemon uses it already
   * @throws StoreException when it can't be read, or another engine's data is there
   */
  public static RocksStore open(
      Path directory,
      FsyncPolicy fsync,
      List<DigestKey> digestKeys,
      StoreListener listener,
      Clock clock)
      throws StoreException, StoreLockedException {
    return open(directory, fsync, digestKeys, listener, clock, writes -> writes);
  }

  /** What stands between the store and its syncs: nothing, but in a test of failing ones. */
  interface Syncing {
    GroupCommit.DurableWrites of(GroupCommit.DurableWrites writes);
  }

  static RocksStore open(
      Path directory,
      FsyncPolicy fsync,
      List<DigestKey> digestKeys,
      StoreListener listener,
      Clock clock,
      Syncing syncing)
      throws StoreException, StoreLockedException {
    StoreLock lock;
    try {
      lock = StoreLock.take(directory);
    } catch (IOException e) {
      throw new StoreException("can't open " + directory + ": " + e.getMessage(), e);
    }
    RocksTables tables = null;
    try {
      EngineFiles.requireNoLog(directory);
      RocksCatalog catalog = RocksCatalog.open(directory, digestKeys);
      tables = catalog.tables();
      RocksStore store =
          new RocksStore(directory, lock, tables, catalog, fsync, listener, clock, syncing);
      store.sync.start();
      return store;
    } catch (IOException e) {
      release(tables, lock);
      throw new StoreException("can't open " + directory + ": " + e.getMessage(), e);
    } catch (StoreException e) {
      release(tables, lock);
      throw e;
    }
  }

  private static void release(RocksTables tables, StoreLock lock) {
    if (tables != null) {
      tables.close();
    }
    try {
      lock.close();
    } catch (IOException e) {
      // The process ends for the other reason, and the lock with it.
      return;
    }
  }

  /** What the files showed of the store's past: whether it is the one that was left. */
  public StoreEvidence evidence() {
    boolean damaged = tables.isEndDamaged() || catalog.hasLost();
    return new StoreEvidence(
        catalog.existed(), catalog.cleanStop() && !damaged, damaged, tables.isEndCut());
  }

  @Override
  public VersionSet versions(Name name) {
    return catalog.entry(name).versions();
  }

  @Override
  public Optional<Value> value(Name name, Dot dot) throws StoreException {
    Entry entry = catalog.entry(name);
    if (entry.versions().find(dot).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(values.read(name, dot, entry));
    } catch (StoreException e) {
      damage.found(name, dot);
      catalog.foundBy(e);
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
    Entry before = catalog.entry(name);
    Set<Dot> withBlobs = new HashSet<>();
    boolean holdsAdded = false;
    for (Version kept : after) {
      boolean isAdded = kept.dot().equals(version.dot());
      holdsAdded |= isAdded;
      if (!isAdded && before.versions().find(kept.dot()).isEmpty()) {
        throw new IllegalArgumentException("no value of " + kept.dot());
      }
      if (isAdded ? value instanceof Value.Blob : before.blobs().contains(kept.dot())) {
        withBlobs.add(kept.dot());
      }
    }
    if (!holdsAdded) {
      throw new IllegalArgumentException(version.dot() + " is not among the versions to keep");
    }
    byte[] content;
    if (value instanceof Value.Blob blob) {
      blobs.checkWhole(blob.id());
      content = BlobFormat.reference(blob);
    } else {
      content = value.bytes();
    }
    List<BlobId> dropped = values.dropped(name, before, after, Optional.of(version.dot()));
    writer.put(name, version.dot(), content, before, new Entry(after, withBlobs));
    if (value instanceof Value.Blob blob) {
      blobs.claim(blob.id());
      dropped.remove(blob.id());
    }
    return release(dropped);
  }

  private long release(List<BlobId> dropped) {
    sequence++;
    dropped.forEach(id -> blobs.release(id, sequence));
    if (!dropped.isEmpty()) {
      commit.wantSync();
    }
    return sequence;
  }

  @Override
  public long remove(Name name) throws StoreException {
    gate.check();
    Entry before = catalog.entry(name);
    List<BlobId> dropped = values.dropped(name, before, VersionSet.EMPTY, Optional.empty());
    if (!before.versions().isEmpty()) {
      writer.remove(name, before);
    }
    return release(dropped);
  }

  @Override
  public List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit)
      throws StoreException {
    return catalog.names(prefix, after, limit).stream()
        .map(name -> new NamedVersions(name, versions(name)))
        .toList();
  }

  @Override
  public long putNote(String key, byte[] content) throws StoreException {
    gate.check();
    byte[] keyBytes = RocksCodec.noteKey(Notes.keyBytes(key));
    Notes.checkContent(content);
    writer.putNote(key, keyBytes, content);
    return ++sequence;
  }

  @Override
  public long removeNote(String key) throws StoreException {
    gate.check();
    if (catalog.notes().contains(key)) {
      byte[] keyBytes = RocksCodec.noteKey(key.getBytes(StandardCharsets.UTF_8));
      writer.removeNote(key, keyBytes);
    }
    return ++sequence;
  }

  @Override
  public Optional<byte[]> note(String key) {
    return catalog.notes().get(key);
  }

  @Override
  public List<String> notes(String prefix, String after, int limit) {
    return catalog.notes().list(prefix, after, limit);
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
  public void flush() {
    boolean nothingNew = sequence == flushed && reporter.pause().isEmpty();
    if (nothingNew || reporter.hasFailed() || commit.hasFailed()) {
      return;
    }
    reporter.resumed();
    // It was written when it was put.
    flushed = sequence;
    commit.written(sequence);
    if (fsync.reportsWhenWritten()) {
      reporter.stored(sequence);
    }
    sync.wake();
  }

  @Override
  public int runCompletions() {
    int count = completions.run();
    recovery.step();
    mending.step();
    upkeep.step();
    blobs.tidy(
        commit.synced(),
        name -> {
          Entry entry = catalog.entry(name);
          return new HashSet<>(values.dropped(name, entry, VersionSet.EMPTY, Optional.empty()));
        });
    return count;
  }

  @Override
  public boolean hasCompletions() {
    return !completions.isEmpty() || upkeep.hasWork() || mending.hasWork();
  }

  @Override
  public boolean beginScrub() {
    upkeep.beginScrub();
    return true;
  }

  @Override
  public ScrubProgress scrubProgress() {
    return upkeep.scrubProgress();
  }

  @Override
  public boolean beginBackup(Path target, Consumer<BackupResult> whenDone) throws StoreException {
    gate.check();
    upkeep.beginBackup(target, whenDone);
    return true;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    flush();
    upkeep.close();
    sync.stop();
    blobs.close(commit.synced());
    try {
      if (!reporter.hasFailed() && !commit.hasFailed()) {
        catalog.close();
      }
    } catch (IOException e) {
      // Nothing is lost: the next start takes it for a kill.
      reporter.failed("closing the store", e);
    }
    release(tables, lock);
  }
}
