package io.volute.storage;

import io.volute.port.Dice;
import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * The log that a kernel thread writes: an append-only row of segments of which the last is active.
 *
 * <p>Records are gathered in one direct buffer and written by {@link #flush}; a record that doesn't
 * fit passes through the same buffer in pieces. What is still in the buffer can be read.
 *
 * <p>For the kernel thread only. It never syncs: {@link GroupCommit} does, on another thread.
 */
final class SegmentLog {
  private static final ByteBuffer NO_META = ByteBuffer.allocate(0);

  private final Disk disk;
  private final StoreSettings settings;
  private final Dice dice;
  private final GroupCommit commit;
  private final NavigableMap<Integer, Segment> segments;
  private final RecordFormat format = new RecordFormat();
  private final ByteBuffer meta = direct(VersionCodec.MAX_BYTES);
  private final ByteBuffer batch;
  private final ValueReader reader;

  /** A segment whose file is about to go, or the largest number. */
  private int beingDeleted = Integer.MAX_VALUE;

  /** Null until the first record of a log that has no segment to go on with. */
  private Segment active;

  /** Where in the active segment the batch will be written: the end of what is written. */
  private long batchOffset;

  /**
   * Goes on with what was found on the disk.
   *
   * @param segments all that are readable; taken over
   * @param resumeAt end of the last one, or empty to begin a new one with the next record
   */
  SegmentLog(
      Disk disk,
      StoreSettings settings,
      Dice dice,
      GroupCommit commit,
      NavigableMap<Integer, Segment> segments,
      Optional<Location> resumeAt)
      throws IOException {
    this.disk = disk;
    this.settings = settings;
    this.dice = dice;
    this.commit = commit;
    this.segments = segments;
    this.batch = direct(settings.batchBytes());
    this.reader = new ValueReader(settings.batchBytes());
    if (resumeAt.isPresent()) {
      active = segments.get(resumeAt.get().segment());
      batchOffset = resumeAt.get().offset();
      // It is written from now on, so it must be synced.
      active.setSealed(false);
      commit.activated(active);
    }
  }

  static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * An empty buffer for a record's metadata, to be filled, flipped and given to {@link #append}.
   */
  ByteBuffer metaBuffer() {
    return meta.clear();
  }

  Location append(RecordKind kind, byte[] name, byte[] value) throws IOException {
    return append(kind, name, NO_META, value);
  }

  /** Adds a record to the batch; it can be read at once, and is written by the next flush. */
  Location append(RecordKind kind, byte[] name, ByteBuffer metadata, byte[] value)
      throws IOException {
    assert name.length <= RecordFormat.MAX_NAME_BYTES : name.length;
    assert value.length <= RecordFormat.MAX_VALUE_BYTES : value.length;
    if (active == null || offset() >= settings.segmentBytes()) {
      roll();
    }
    long offset = offset();
    try {
      return append(kind, name, metadata, value, offset);
    } catch (IOException e) {
      // A record of which a part is missing would hide those behind it.
      truncateTo(offset);
      throw e;
    }
  }

  /** Forgets what was gathered, and perhaps written, from there on. */
  private void truncateTo(long offset) {
    if (offset >= batchOffset) {
      batch.position((int) (offset - batchOffset));
    } else {
      batch.clear();
      batchOffset = offset;
    }
  }

  private Location append(
      RecordKind kind, byte[] name, ByteBuffer metadata, byte[] value, long offset)
      throws IOException {
    int headLength = RecordFormat.FIXED_BYTES + name.length + metadata.remaining();
    if (batch.remaining() < headLength) {
      writeBatch();
    }
    format.write(batch, active.salt(), offset, kind, name, metadata, value);
    for (int done = 0; done < value.length; ) {
      if (!batch.hasRemaining()) {
        writeBatch();
      }
      int count = Math.min(batch.remaining(), value.length - done);
      batch.put(value, done, count);
      done += count;
    }
    return new Location(active.number(), offset, headLength + value.length);
  }

  private long offset() {
    return batchOffset + batch.position();
  }

  private void roll() throws IOException {
    int next = 1;
    if (active != null) {
      writeBatch();
      if (active.file().size() > batchOffset) {
        // Left of a record that could not be written whole.
        active.file().truncate(batchOffset);
      }
    }
    if (!segments.isEmpty()) {
      next = segments.lastKey() + 1;
    }
    // A file that recovery could not read may still occupy the number.
    while (disk.exists(Segment.fileName(next))) {
      next++;
    }
    Segment segment = Segment.create(disk, next, dice, batch);
    if (active != null) {
      // Only now, and so only once: on a full disk the next one may be long in coming.
      commit.rolled(active);
    }
    segments.put(next, segment);
    active = segment;
    batchOffset = 0;
    commit.activated(segment);
  }

  /** Writes what the batch holds. After a failure the batch stays as it was, for reads. */
  void flush() throws IOException {
    if (batch.position() > 0) {
      writeBatch();
    }
  }

  private void writeBatch() throws IOException {
    if (commit.hasFailed()) {
      throw new IOException(commit.failure());
    }
    int count = batch.position();
    try {
      batch.flip();
      active.file().write(batch, batchOffset);
    } finally {
      batch.limit(batch.capacity()).position(count);
    }
    batchOffset += count;
    batch.clear();
  }

  /**
   * The value of a record.
   *
   * @throws StoreException when the place doesn't hold this very record, whole
   */
  byte[] readValue(Location at, byte[] name) throws IOException, StoreException {
    Segment segment = segments.get(at.segment());
    if (segment == null) {
      throw new StoreException("segment " + at.segment() + " is missing");
    }
    boolean isActive = segment == active;
    if (isActive && at.offset() >= batchOffset) {
      int start = (int) (at.offset() - batchOffset);
      ByteBuffer record = batch.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      return reader.valueIn(record.flip(), start, segment, at, name);
    }
    if (isActive && at.end() > batchOffset) {
      // The record's first part is written, its end is not: only a large one is ever split.
      flush();
    }
    return reader.read(segment, at, name);
  }

  /** Where the newest segment ends, as far as it is written; empty when there is none. */
  Optional<Location> end() throws IOException {
    if (segments.isEmpty()) {
      return Optional.empty();
    }
    Segment newest = segments.lastEntry().getValue();
    long offset = newest == active ? batchOffset : newest.file().size();
    return Optional.of(new Location(newest.number(), offset, 0));
  }

  /** Where the log will end once all that was appended is written; empty when nothing ever was. */
  Optional<Location> position() {
    return active == null
        ? Optional.empty()
        : Optional.of(new Location(active.number(), batchOffset + batch.position(), 0));
  }

  /** Whether the next record goes behind that end, and not into a new segment. */
  boolean isOpenEnded() {
    return active != null;
  }

  /** The files that may hold what is not synced, with their sizes as far as they are written. */
  List<SegmentExtent> unsynced() throws IOException {
    List<SegmentExtent> parts = new ArrayList<>();
    for (Segment segment : commit.rolled()) {
      parts.add(new SegmentExtent(segment, segment.file().size()));
    }
    if (active != null) {
      parts.add(new SegmentExtent(active, batchOffset));
    }
    return parts;
  }

  /** All files with their sizes as far as they are written, in order. */
  List<SegmentExtent> written() throws IOException {
    flush();
    List<SegmentExtent> parts = new ArrayList<>();
    for (Segment segment : segments.values()) {
      long size = segment == active ? batchOffset : segment.file().size();
      parts.add(new SegmentExtent(segment, size));
    }
    return parts;
  }

  /**
   * Begins a new segment.
   *
   * @return those before, which are complete from now on
   */
  List<Segment> cut() throws IOException {
    roll();
    return List.copyOf(segments.headMap(active.number()).values());
  }

  /** Whether it is one of the log's files still. */
  boolean holds(Segment segment) {
    return segments.get(segment.number()) == segment;
  }

  /** Syncs what is written, when no sync thread runs any more. */
  void sync() throws IOException {
    if (active != null) {
      active.force(disk);
    }
  }

  /** Those that no record is added to any more. */
  List<Segment> completeSegments() {
    List<Segment> complete = new ArrayList<>();
    for (Segment segment : segments.values()) {
      if (segment != active && segment.isSealed()) {
        complete.add(segment);
      }
    }
    return complete;
  }

  /** The number of the first segment that is on the disk; 0 when there is none. */
  int oldestSegment() {
    int oldest = segments.isEmpty() ? Integer.MAX_VALUE : segments.firstKey();
    oldest = Math.min(oldest, beingDeleted);
    return oldest == Integer.MAX_VALUE ? 0 : oldest;
  }

  /** Nothing refers to this segment any more; its file is still there. */
  void forget(int number) {
    segments.remove(number);
    beingDeleted = number;
  }

  /** Its file is gone for good. */
  void deleted(int number) {
    assert beingDeleted == number : number + " was not forgotten";
    beingDeleted = Integer.MAX_VALUE;
  }

  int segmentCount() {
    return segments.size();
  }

  void close() throws IOException {
    for (Segment segment : segments.values()) {
      segment.file().close();
    }
  }
}
