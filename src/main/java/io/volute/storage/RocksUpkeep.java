package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.storage.RocksCodec.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Scrubs and backups of a {@link RocksStore}. RocksDB itself checks its files and copies them; what
 * it can't is to tell which keys are damaged, so each value is read once by the kernel's thread,
 * some in each turn. For that thread.
 */
final class RocksUpkeep {
  private static final System.Logger LOG = System.getLogger(RocksUpkeep.class.getName());
  private static final int KEYS_A_TURN = 16;
  private static final byte[] ALL = {};
  private static final long CLOSE_SECONDS = 4;

  private final RocksCatalog catalog;
  private final RocksValues values;
  private final Disk disk;
  private final RocksTables tables;
  private final BlobFiles blobs;
  private final RocksMending mending;
  private final Damage damage;
  private final Completions completions;
  private final Background thread = Background.start("volute-scrub", true, CLOSE_SECONDS);

  /** Of its own: a scrub takes hours, and a backup keeps all blobs from being deleted. */
  private final Background backupThread = Background.start("volute-backup", true, CLOSE_SECONDS);

  private final ScrubReader reader;

  private final List<String> places = new ArrayList<>();
  private long rounds;
  private boolean reading;
  private boolean checking;
  private boolean copying;
  private Optional<Name> lastChecked = Optional.empty();
  private long bytesTotal;
  private long keysChecked;
  private long damagedPlaces;
  private long damagedVersions;

  RocksUpkeep(
      RocksCatalog catalog,
      RocksValues values,
      Disk disk,
      RocksTables tables,
      BlobFiles blobs,
      RocksMending mending,
      Damage damage,
      Completions completions) {
    this.catalog = catalog;
    this.values = values;
    this.disk = disk;
    this.tables = tables;
    this.blobs = blobs;
    this.mending = mending;
    this.damage = damage;
    this.completions = completions;
    this.reader = new ScrubReader(disk, true);
  }

  /** A read has found it damaged. */
  void onDamagedBlob(BlobId id, Name name) {
    Entry entry = catalog.entry(name);
    for (Version version : entry.versions()) {
      if (values.blobOf(name, version.dot(), entry).equals(Optional.of(id))) {
        blobs.distrust(id);
        damage.found(name, version.dot());
      }
    }
  }

  void beginScrub() {
    if (reading || checking) {
      return;
    }
    rounds++;
    places.clear();
    keysChecked = 0;
    damagedPlaces = 0;
    damagedVersions = 0;
    reading = true;
    completions.tell(thread.executor(), this::findDamage, this::onRead, this::onUnreadable);
  }

  /**
   * What is damaged.
   *
   * @param places one line for each
   * @param damage what RocksDB says of the first of its files that is damaged
   */
  private record Found(List<String> places, Optional<String> damage, List<BlobId> blobs) {}

  private Found findDamage() {
    List<String> found = new ArrayList<>();
    Optional<String> damage = Optional.empty();
    try {
      long bytes = reader.bytesToRead(List.of(), List.of());
      completions.add(() -> bytesTotal = bytes);
      tables.verify();
    } catch (IOException e) {
      found.add(e.getMessage());
      damage = Optional.of(e.getMessage()).filter(problem -> e instanceof DamagedTableException);
    }
    try {
      return new Found(found, damage, reader.read(List.of(), List.of()).blobs());
    } catch (IOException e) {
      found.add("the blobs can't be read: " + e.getMessage());
      return new Found(found, damage, List.of());
    }
  }

  private void onUnreadable(Exception cause) {
    reading = false;
    note("the files can't be read: " + cause.getMessage());
  }

  private void onRead(Found found) {
    reading = false;
    found.places().forEach(this::note);
    found.damage().ifPresent(mending::found);
    for (BlobId id : found.blobs()) {
      note(BlobFormat.fileName(id) + " is damaged");
      blobs.distrust(id);
    }
    lastChecked = Optional.empty();
    checking = true;
  }

  private void note(String place) {
    damagedPlaces++;
    LOG.log(System.Logger.Level.ERROR, "scrub: {0}", place);
    if (places.size() < ScrubProgress.MAX_PLACES) {
      places.add(place);
    }
  }

  boolean hasWork() {
    return checking;
  }

  void step() {
    try {
      if (catalog.takeScrubWanted()) {
        beginScrub();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "a scrub has to be asked for: {0}", e.getMessage());
    }
    if (!checking) {
      return;
    }
    List<Name> page;
    try {
      page = catalog.names(ALL, lastChecked, KEYS_A_TURN);
    } catch (StoreException e) {
      note("not all keys are checked: " + e.getMessage());
      checking = false;
      return;
    }
    for (Name name : page) {
      Entry entry = catalog.entry(name);
      for (Version version : entry.versions()) {
        check(name, version.dot(), entry);
      }
      lastChecked = Optional.of(name);
    }
    keysChecked += page.size();
    checking = page.size() == KEYS_A_TURN;
  }

  private void check(Name name, Dot dot, Entry entry) {
    try {
      values.read(name, dot, entry);
    } catch (StoreException e) {
      damagedVersions++;
      if (places.isEmpty()) {
        note(e.getMessage());
      }
      damage.found(name, dot);
      catalog.foundBy(e);
    }
  }

  ScrubProgress scrubProgress() {
    return new ScrubProgress(
        rounds,
        reading || checking,
        reader.bytesRead(),
        bytesTotal,
        keysChecked,
        damagedPlaces,
        damagedVersions,
        List.copyOf(places));
  }

  void beginBackup(Path target, Consumer<BackupResult> whenDone) throws StoreException {
    if (copying) {
      throw new StoreException("a backup is under way already");
    }
    copying = true;
    blobs.hold(true);
    Consumer<BackupResult> end =
        result -> {
          copying = false;
          blobs.hold(false);
          whenDone.accept(result);
        };
    completions.tell(
        backupThread.executor(),
        () -> copy(target),
        end,
        cause -> end.accept(BackupResult.failed("copying failed: " + cause.getMessage())));
  }

  /** Blobs last: whatever the copy of the database has, they are there, and are not deleted. */
  private BackupResult copy(Path target) throws IOException {
    Path directory = Files.createDirectories(target.resolve(BlobFormat.DIRECTORY));
    tables.copyTo(target.resolve(RocksTables.DIRECTORY));
    for (String blob : disk.list(BlobFormat.DIRECTORY)) {
      if (BlobFormat.idOf(blob).isPresent()) {
        disk.linkOrCopy(BlobFormat.DIRECTORY + "/" + blob, directory.resolve(blob));
      }
    }
    RealDisk.syncDirectory(directory);
    RealDisk.syncDirectory(target);
    long bytes = 0;
    long count = 0;
    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
        count++;
      }
    }
    return new BackupResult("", count, bytes);
  }

  void close() {
    reader.stop();
    backupThread.close();
    thread.close();
  }
}
