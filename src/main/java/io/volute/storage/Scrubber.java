package io.volute.storage;

import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds what has gone bad on the disk before somebody asks for it: a thread of its own reads all
 * files, then the kernel's thread goes through all keys, some in each turn, and names the versions
 * whose records or blobs are among what is damaged, or missing. Whoever listens to the store
 * fetches these from elsewhere and puts them anew.
 *
 * <p>For the kernel thread.
 */
final class Scrubber {
  private static final System.Logger LOG = System.getLogger(Scrubber.class.getName());
  private static final int KEYS_A_TURN = 64;

  private final StoreFiles files;
  private final SegmentLog log;
  private final Catalog catalog;
  private final BlobFiles blobs;
  private final BlobVersions blobVersions;
  private final Checkpointer checkpointer;
  private final OrdersAnew orders;
  private final Damage damage;
  private final Completions completions;
  private final Background thread;
  private final ScrubReader reader;

  private final List<String> places = new ArrayList<>();
  private long rounds;
  private boolean reading;
  private long bytesTotal;
  private long keysChecked;
  private long damagedPlaces;
  private long damagedVersions;

  /** Set while keys are gone through: damaged stretches of the log by segment, and blobs. */
  private Optional<Found> found = Optional.empty();

  private record Found(TreeMap<Integer, List<StoreReport>> log, Set<BlobId> blobs, KeyWalk keys) {
    boolean touches(Location at) {
      for (StoreReport one : log.getOrDefault(at.segment(), List.of())) {
        if (at.offset() < one.offset() + one.bytes() && one.offset() < at.end()) {
          return true;
        }
      }
      return false;
    }
  }

  Scrubber(
      StoreFiles files,
      SegmentLog log,
      BlobFiles blobs,
      BlobVersions blobVersions,
      Checkpointer checkpointer,
      OrdersAnew orders,
      Damage damage,
      Completions completions,
      Background thread,
      boolean paced) {
    this.files = files;
    this.log = log;
    this.catalog = files.catalog();
    this.blobs = blobs;
    this.blobVersions = blobVersions;
    this.checkpointer = checkpointer;
    this.orders = orders;
    this.damage = damage;
    this.completions = completions;
    this.thread = thread;
    this.reader = new ScrubReader(files.disk(), paced);
  }

  /**
   * Begins a round; does nothing while one is under way.
   *
   * @throws StoreException when the disk can't say what is there
   */
  void begin() throws StoreException {
    if (isUnderWay()) {
      return;
    }
    List<SegmentExtent> extents;
    List<String> runs = new ArrayList<>();
    try {
      // Otherwise a merged file that waits for it would be read by the walk, but not checked.
      catalog.nameOrder().adopt();
      catalog.hashOrder().adopt();
      runs.addAll(catalog.nameOrder().fileNames());
      runs.addAll(catalog.hashOrder().fileNames());
      extents = log.written();
      bytesTotal = reader.bytesToRead(extents, runs);
    } catch (IOException e) {
      throw new StoreException("can't begin to check the files: " + e.getMessage(), e);
    }
    rounds++;
    places.clear();
    keysChecked = 0;
    damagedPlaces = 0;
    damagedVersions = 0;
    reading = true;
    completions.tell(
        thread.executor(), () -> reader.read(extents, runs), this::onRead, this::onUnreadable);
  }

  boolean isUnderWay() {
    return reading || found.isPresent();
  }

  /** Whether {@link #step} has something to do. */
  boolean hasWork() {
    return found.isPresent();
  }

  ScrubProgress progress() {
    return new ScrubProgress(
        rounds,
        isUnderWay(),
        reader.bytesRead(),
        bytesTotal,
        keysChecked,
        damagedPlaces,
        damagedVersions,
        List.copyOf(places));
  }

  private void onUnreadable(Exception cause) {
    reading = false;
    note("the files can't be read: " + cause.getMessage());
  }

  private void onRead(ScrubReader.Findings findings) {
    reading = false;
    TreeMap<Integer, List<StoreReport>> bySegment =
        findings.log().stream()
            .collect(Collectors.groupingBy(Scrubber::segmentOf, TreeMap::new, Collectors.toList()));
    findings.log().forEach(one -> note(one.toString()));
    files.damagedSegments().found(findings.log());
    findings.blobs().forEach(id -> note(BlobFormat.fileName(id) + " is damaged"));
    for (String run : findings.runs()) {
      note(run + " is damaged; it is derived from the log, and made anew");
    }
    findings.blobs().forEach(blobs::distrust);
    found =
        Optional.of(new Found(bySegment, new TreeSet<>(findings.blobs()), new KeyWalk(catalog)));
    try {
      for (String run : findings.runs()) {
        orders.want(run);
      }
      if (findings.checkpointDamaged()) {
        note(Checkpoint.FILE + " is damaged; another one is written");
        checkpointer.renew();
      }
    } catch (IOException e) {
      note("the checkpoint can't be deleted: " + e.getMessage());
    }
  }

  private static int segmentOf(StoreReport report) {
    String file = report.file().substring(report.file().indexOf('/') + 1);
    return Segment.numberOf(file).orElseThrow();
  }

  private void note(String place) {
    damagedPlaces++;
    LOG.log(System.Logger.Level.ERROR, "scrub: {0}", place);
    if (places.size() < ScrubProgress.MAX_PLACES) {
      places.add(place);
    }
  }

  /** Goes through some more of the keys, when it is their turn. */
  void step() {
    if (found.isEmpty()) {
      return;
    }
    Found damaged = found.get();
    List<Name> page;
    try {
      page = damaged.keys().next(KEYS_A_TURN);
    } catch (StoreException e) {
      // Both orders are damaged, and are made anew: what is left to check waits for another round.
      LOG.log(System.Logger.Level.WARNING, "scrub: not all keys are checked: {0}", e.getMessage());
      found = Optional.empty();
      return;
    }
    page.forEach(name -> check(name, damaged));
    keysChecked += page.size();
    if (damaged.keys().isOver()) {
      found = Optional.empty();
      LOG.log(
          System.Logger.Level.INFO,
          "scrub: {0} bytes and {1} keys checked, {2} places and {3} live versions damaged",
          Long.toString(reader.bytesRead()),
          Long.toString(keysChecked),
          Long.toString(damagedPlaces),
          Long.toString(damagedVersions));
    }
  }

  private void check(Name name, Found damaged) {
    IndexEntry entry = catalog.entryOfListed(name);
    for (Version version : entry.versions()) {
      Location at = entry.find(version.dot()).orElseThrow();
      if (damaged.touches(at) || isBlobDamaged(name, version, at, damaged)) {
        damagedVersions++;
        damage.found(name, version.dot());
      }
    }
  }

  private boolean isBlobDamaged(Name name, Version version, Location at, Found damaged) {
    if (!BlobVersions.isBlob(version, at)) {
      return false;
    }
    try {
      BlobId id = blobVersions.readReference(name, at).id();
      if (blobs.isWhole(id)) {
        return false;
      }
      if (!damaged.blobs().contains(id)) {
        note(BlobFormat.fileName(id) + " is missing");
      }
      return true;
    } catch (StoreException e) {
      // The record was whole a moment ago, or is among what was found.
      return true;
    }
  }

  void close() {
    reader.stop();
  }
}
