package io.volute.storage;

import io.volute.port.Clock;
import io.volute.storage.RecordBatch.RawRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Gives back the disk space of what was overwritten: copies what still counts of a segment to the
 * log's end, and deletes the segment once the copies are durable. One segment at a time, the one
 * with the least to copy.
 *
 * <p>A thread of its own reads, in batches and at a limited rate; the kernel thread decides about
 * each record and appends it, which costs no more than a write. At any moment a crash leaves the
 * old records, the copies, or both; the log means the same each time.
 *
 * <p>What counts: versions that the index finds at this very place, notes that are as they were
 * then, and removes. A remove must outlive every older record of its key, so it goes only with the
 * oldest segment; one whose key was put again can't be moved to the log's end, behind what it must
 * not remove, so such a segment waits until it is the oldest. So does one in which something is
 * damaged, see {@link DamagedSegments}; healthy ones before it make way for it, however full.
 */
final class Compactor {
  private static final System.Logger LOG = System.getLogger(Compactor.class.getName());

  /** A segment is worth the work when at least half of it is garbage. */
  private static final int WORTH_PERCENT = 50;

  private static final long CHECK_MILLIS = 1000;
  private static final long RETRY_MILLIS = 60_000;
  private static final int NOTES_A_TURN = 64;

  private final Disk disk;
  private final Clock clock;
  private final SegmentLog log;
  private final Catalog catalog;
  private final Notes notes;
  private final GroupCommit commit;
  private final CompactionThread thread;

  /** Whether all segments must stay for now. */
  private final BooleanSupplier held;

  /** Segments from this number on must stay. */
  private final IntSupplier keptFrom;

  /** Notes that the log has grown; returns the sequence number to wait for. */
  private final LongSupplier onAppended;

  private final Map<Integer, Long> sizes = new HashMap<>();

  private final DamagedSegments damaged;

  /** Those that could not be read, and when to try again. */
  private final Map<Integer, Long> retryMillis = new HashMap<>();

  /** Those that must become the oldest first. */
  private final Set<Integer> blocked = new HashSet<>();

  private Segment victim;
  private boolean reading;

  /** The last one that was copied, while all notes are. */
  private Optional<String> lastNote = Optional.empty();

  private boolean deleting;
  private long copiedSequence;
  private long nextCheckMillis;
  private int checkedSegments;
  private long compactedSegments;
  private long freedBytes;
  private long copiedBytes;
  private volatile StoreFigures figures = StoreFigures.NONE;

  Compactor(
      Disk disk,
      Clock clock,
      SegmentLog log,
      Catalog catalog,
      Notes notes,
      GroupCommit commit,
      CompactionThread thread,
      DamagedSegments damaged,
      BooleanSupplier held,
      IntSupplier keptFrom,
      LongSupplier onAppended) {
    this.disk = disk;
    this.clock = clock;
    this.log = log;
    this.catalog = catalog;
    this.notes = notes;
    this.commit = commit;
    this.thread = thread;
    this.damaged = damaged;
    this.held = held;
    this.keptFrom = keptFrom;
    this.onAppended = onAppended;
  }

  /** Goes on with what is under way, or looks for work now and then. Cheap when there is none. */
  void step() {
    if (victim == null) {
      long now = clock.monotonicMillis();
      if (now >= nextCheckMillis || log.segmentCount() != checkedSegments) {
        nextCheckMillis = now + CHECK_MILLIS;
        checkedSegments = log.segmentCount();
        choose().ifPresent(this::begin);
        publish();
      }
    } else if (lastNote.isPresent()) {
      copyNotes(lastNote.get());
    } else if (!reading && !deleting && commit.synced() >= copiedSequence && !held.getAsBoolean()) {
      deleteVictim();
    }
  }

  private Optional<Segment> choose() {
    Segment best = null;
    long bestPercent = WORTH_PERCENT;
    for (Segment segment : log.completeSegments()) {
      int number = segment.number();
      long size = sizes.computeIfAbsent(number, absent -> sizeOf(segment));
      boolean possible =
          size > 0
              && number < keptFrom.getAsInt()
              && (damaged.contains(number) ? mayBeGivenUp(number) : mayGo(number))
              && clock.monotonicMillis() >= retryMillis.getOrDefault(number, Long.MIN_VALUE);
      boolean urgent =
          damaged.contains(number) || isOldest(number) && damaged.isOneWaitingFor(number);
      long percent = size == 0 ? 100 : 100 * catalog.liveBytes().of(number) / size;
      percent = urgent ? -1 : percent;
      if (possible && percent < bestPercent) {
        best = segment;
        bestPercent = percent;
      }
    }
    return Optional.ofNullable(best);
  }

  private boolean mayGo(int number) {
    return isOldest(number) || !blocked.contains(number);
  }

  /** A damaged one: only the oldest, and a second time when nothing refers to it any more. */
  private boolean mayBeGivenUp(int number) {
    return isOldest(number) && (!damaged.isEmptied(number) || catalog.liveBytes().of(number) == 0);
  }

  private void publish() {
    long logBytes = 0;
    long liveBytes = 0;
    for (Segment segment : log.completeSegments()) {
      logBytes += sizes.getOrDefault(segment.number(), 0L);
      liveBytes += catalog.liveBytes().of(segment.number());
    }
    figures =
        new StoreFigures(
            log.segmentCount(), logBytes, liveBytes, compactedSegments, copiedBytes, freedBytes);
  }

  /** As of the last look for work. For any thread. */
  StoreFigures figures() {
    return figures;
  }

  private static long sizeOf(Segment segment) {
    try {
      return segment.file().size();
    } catch (IOException e) {
      return 0;
    }
  }

  private boolean isOldest(int number) {
    return log.oldestSegment() == number;
  }

  private void begin(Segment segment) {
    victim = segment;
    copiedSequence = 0;
    if (damaged.isEmptied(segment.number())) {
      lastNote = Optional.of("");
    } else {
      readFrom(Segment.HEADER_BYTES);
    }
  }

  private void readFrom(long offset) {
    reading = true;
    thread.read(victim, offset, this::onBatch, this::onUnreadable);
  }

  private void onUnreadable(Exception cause) {
    reading = false;
    retryMillis.put(victim.number(), clock.monotonicMillis() + RETRY_MILLIS);
    putOff("it can't be read: " + cause.getMessage());
  }

  private void onBatch(RecordBatch batch) {
    reading = false;
    try {
      if (!keepAll(batch)) {
        blocked.add(victim.number());
        victim = null;
        return;
      }
    } catch (IOException e) {
      // The store finds out for itself with its next write; the segment is tried again later.
      LOG.log(System.Logger.Level.WARNING, "{0} waits: {1}", victim, e.getMessage());
      victim = null;
      return;
    }
    if (batch.damaged()) {
      damaged.found(victim.number());
    }
    if (damaged.contains(victim.number()) && !isOldest(victim.number())) {
      putOff("it is damaged before byte " + batch.end() + ", and not the oldest");
    } else if (!batch.last()) {
      readFrom(batch.end());
    } else if (damaged.contains(victim.number())) {
      endDamaged();
    } else {
      finish();
    }
  }

  private void finish() {
    // Also what has replaced the records that were not copied must be durable first. Under a
    // policy that does not sync by itself that must be asked for.
    copiedSequence = onAppended.getAsLong();
    commit.wantSync();
  }

  /** All that is whole in it was copied. What still counts in it can't be read. */
  private void endDamaged() {
    damaged.emptied(victim.number());
    long live = catalog.liveBytes().of(victim.number());
    if (live > 0) {
      putOff(live + " damaged bytes in it still count, and are to be fetched from others");
    } else {
      lastNote = Optional.of("");
    }
  }

  /** Copies some more of the notes, since any of them may have been among what is damaged. */
  private void copyNotes(String after) {
    List<String> keys = notes.list("", after, NOTES_A_TURN);
    try {
      for (String key : keys) {
        log.append(RecordKind.NOTE, Notes.keyBytes(key), notes.get(key).orElseThrow());
        lastNote = Optional.of(key);
      }
    } catch (IOException e) {
      lastNote = Optional.empty();
      putOff(e.getMessage());
      return;
    }
    if (keys.size() < NOTES_A_TURN) {
      lastNote = Optional.empty();
      finish();
    }
  }

  /** Copies what counts; false when the segment must become the oldest first. */
  private boolean keepAll(RecordBatch batch) throws IOException {
    Optional<NameOrder> overfull = catalog.overfull();
    if (overfull.isPresent()) {
      throw new IOException("the names can't be written: " + overfull.get().failure());
    }
    int kept = 0;
    boolean possible = true;
    for (RawRecord record : batch.records()) {
      if (mustWait(record)) {
        possible = false;
        break;
      }
      kept += keep(record) ? 1 : 0;
    }
    if (kept > 0) {
      copiedSequence = onAppended.getAsLong();
    }
    return possible;
  }

  private boolean mustWait(RawRecord record) {
    return record.kind() == RecordKind.REMOVE
        && !isOldest(victim.number())
        && !catalog.entryOf(record.name()).versions().isEmpty();
  }

  private boolean keep(RawRecord record) throws IOException {
    return switch (record.kind()) {
      case VERSION, BLOB_VERSION -> keepVersion(record);
      case NOTE -> keepNote(record);
      case NOTE_REMOVED -> !notes.contains(Notes.keyOf(record.name())) && keepRemove(record);
      case REMOVE -> keepRemove(record);
    };
  }

  private boolean keepVersion(RawRecord record) throws IOException {
    IndexEntry entry = catalog.entryOf(record.name());
    int position = entry.locations().indexOf(record.at());
    if (position < 0) {
      return false;
    }
    Location copy = copy(record);
    catalog.move(record.name(), entry, position, copy);
    return true;
  }

  private boolean keepNote(RawRecord record) throws IOException {
    Optional<byte[]> now = notes.get(Notes.keyOf(record.name()));
    if (now.isEmpty() || !Arrays.equals(now.get(), record.value())) {
      return false;
    }
    copy(record);
    return true;
  }

  private boolean keepRemove(RawRecord record) throws IOException {
    if (isOldest(victim.number())) {
      return false;
    }
    copy(record);
    return true;
  }

  private Location copy(RawRecord record) throws IOException {
    copiedBytes += record.at().length();
    return log.append(record.kind(), record.name(), ByteBuffer.wrap(record.meta()), record.value());
  }

  private void putOff(String why) {
    LOG.log(System.Logger.Level.WARNING, "{0} is not compacted for now: {1}", victim, why);
    victim = null;
  }

  private void deleteVictim() {
    int number = victim.number();
    assert catalog.liveBytes().of(number) == 0 : victim + " is in use";
    deleting = true;
    long size = sizes.getOrDefault(number, 0L);
    log.forget(number);
    catalog.liveBytes().forget(number);
    thread.delete(disk, victim, cause -> onDeleted(size, cause));
  }

  private void onDeleted(long size, Optional<Exception> cause) {
    if (cause.isPresent()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is not needed any more and can''t be deleted: {1}",
          victim,
          cause.get().getMessage());
    }
    sizes.remove(victim.number());
    blocked.remove(victim.number());
    damaged.gone(victim.number());
    retryMillis.remove(victim.number());
    compactedSegments++;
    freedBytes += size;
    log.deleted(victim.number());
    victim = null;
    deleting = false;
    // There may be more of them.
    nextCheckMillis = 0;
  }

  long compactedSegments() {
    return compactedSegments;
  }

  /** Bytes of deleted segments; {@link #copiedBytes} of them were written anew. */
  long freedBytes() {
    return freedBytes;
  }

  long copiedBytes() {
    return copiedBytes;
  }
}
