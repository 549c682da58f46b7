package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What is damaged of a store: found by reads and by scrubs, told to who can fetch it elsewhere. */
final class StoreHealth {
  private static final long CLOSE_SECONDS = 4;

  private final StoreFiles files;
  private final SegmentLog log;
  private final Completions completions;
  private final Catalog catalog;
  private final BlobFiles blobs;
  private final BlobVersions blobVersions;
  private final Damage damage;
  private final Background thread;

  /** Of its own: a scrub takes hours, and a backup keeps all files from being deleted. */
  private final Background backupThread;

  private final Scrubber scrubber;
  private final OrdersAnew orders;

  StoreHealth(
      StoreFiles files,
      SegmentLog log,
      BlobFiles blobs,
      BlobVersions blobVersions,
      Checkpointer checkpointer,
      OrdersAnew orders,
      Damage damage,
      Completions completions,
      boolean threaded) {
    this.files = files;
    this.log = log;
    this.completions = completions;
    this.catalog = files.catalog();
    this.blobs = blobs;
    this.blobVersions = blobVersions;
    this.damage = damage;
    this.thread = Background.start("volute-scrub", threaded, CLOSE_SECONDS);
    this.backupThread = Background.start("volute-backup", threaded, CLOSE_SECONDS);
    this.orders = orders;
    this.scrubber =
        new Scrubber(
            files,
            log,
            blobs,
            blobVersions,
            checkpointer,
            orders,
            damage,
            completions,
            thread,
            threaded);
    blobs.onDamaged(this::onDamagedBlob);
  }

  private void onDamagedBlob(BlobId id, Name name) {
    IndexEntry entry = catalog.entry(name);
    for (Version version : entry.versions()) {
      if (blobVersions.replaced(name, entry, version.dot()).equals(Optional.of(id))) {
        blobs.distrust(id);
        damage.found(name, version.dot());
      }
    }
  }

  /**
   * What copies this store.
   *
   * @param onAppended notes that the log has grown; returns the sequence number to wait for
   */
  Backup backup(GroupCommit commit, StoreReporter reporter, LongSupplier onAppended) {
    return new Backup(files, log, commit, blobs, reporter, completions, backupThread, onAppended);
  }

  /** A version could not be read back. */
  void found(Name name, Dot dot) {
    damage.found(name, dot);
  }

  void beginScrub() throws StoreException {
    scrubber.begin();
  }

  ScrubProgress scrubProgress() {
    return scrubber.progress();
  }

  boolean hasWork() {
    return scrubber.hasWork();
  }

  void step() {
    scrubber.step();
    orders.step();
  }

  void close() {
    scrubber.close();
    backupThread.close();
    thread.close();
  }
}
