package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Finds the log's segments when a store is opened, and after a crash reads them all and makes the
 * end of the log fit to be appended to.
 */
final class LogRecovery {
  private static final System.Logger LOG = System.getLogger(LogRecovery.class.getName());

  /** Behind the name of a segment of which nothing can be read. */
  static final String ASIDE_SUFFIX = ".unreadable";

  private final Disk disk;
  private final CutMark cut;
  private final NavigableMap<Integer, Segment> segments = new TreeMap<>();
  private final List<StoreReport> reports = new ArrayList<>();
  private final int readers;
  private final LongConsumer onPercent;

  /** Segments that could not be opened. */
  private final List<Integer> unreadable = new ArrayList<>();

  private Optional<Location> end = Optional.empty();

  /** Whether the newest file of the log is one that could be opened. */
  private boolean newestIsReadable = true;

  /**
   * @param cut is set before the log's end is cut off, and cleared with {@link #setAside}
   * @param readers threads that read segments ahead; 0 to read them on the calling thread
   * @param onPercent is told now and then how much of a long reading is done
   */
  LogRecovery(Disk disk, CutMark cut, int readers, LongConsumer onPercent) {
    this.onPercent = onPercent;
    this.disk = disk;
    this.cut = cut;
    this.readers = readers;
  }

  /**
   * Opens all segments and reads none.
   *
   * @throws StoreException when a newer version of the program wrote one
   */
  void openSegments() throws IOException, StoreException {
    List<Integer> numbers = new ArrayList<>();
    List<Segment> rebuilt = new ArrayList<>();
    for (String file : disk.list(Segment.DIRECTORY)) {
      if (file.endsWith(SyncRecovery.COPY_SUFFIX)) {
        disk.delete(Segment.DIRECTORY + "/" + file);
      }
      OptionalInt number = Segment.numberOf(file);
      if (number.isPresent()) {
        numbers.add(number.getAsInt());
      }
    }
    // From the newest on: files that a crash left empty can only be at the end.
    Collections.sort(numbers, Collections.reverseOrder());
    for (int number : numbers) {
      Optional<Segment> segment = Segment.open(disk, number);
      if (segment.isEmpty()) {
        segment = Segment.openBySearch(disk, number);
        segment.ifPresent(rebuilt::add);
      }
      if (segment.isPresent()) {
        segments.put(number, segment.get());
      } else {
        reportUnreadable(number, segments.isEmpty() && newestIsReadable);
      }
    }
    // Not before the formats of all are known to be this program's.
    for (Segment segment : rebuilt) {
      segment.restoreHeader();
      String name = segment.toString();
      reports.add(new StoreReport(StoreReport.What.HEADER_REBUILT, name, 0, Segment.HEADER_BYTES));
    }
  }

  /**
   * Renames the files in which nothing can be read, so that they are not in the way of the next
   * start, and forgets that the log's end was cut off. Not before it is durable that this life of
   * the store began so: that can't be told afterwards.
   */
  void setAside() {
    cut.clear();
    for (int number : unreadable) {
      String name = Segment.fileName(number);
      try {
        disk.rename(name, name + ASIDE_SUFFIX);
        disk.delete(Segment.sealName(number));
        disk.syncDirectory(Segment.DIRECTORY);
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} can''t be read and is {0}{1} now: to be deleted once others have sent its keys",
            name,
            ASIDE_SUFFIX);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "{0} stays where it is: {1}", name, e.getMessage());
      }
    }
    unreadable.clear();
  }

  private void reportUnreadable(int number, boolean newest) throws IOException {
    String name = Segment.fileName(number);
    long size;
    try (Disk.DiskFile file = disk.open(name)) {
      size = file.size();
    }
    if (newest && size < Segment.HEADER_BYTES + RecordFormat.FIXED_BYTES) {
      // A crash came between the file's creation and its first record.
      disk.delete(name);
      disk.syncDirectory(Segment.DIRECTORY);
      reports.add(new StoreReport(StoreReport.What.TORN_TAIL_CUT, name, 0, size));
      return;
    }
    newestIsReadable &= !newest;
    unreadable.add(number);
    reports.add(new StoreReport(StoreReport.What.SEGMENT_UNREADABLE, name, 0, size));
  }

  /** Reads every record in the order of the log and cuts a torn tail off its end. */
  void replay(SegmentScanner.Sink sink) throws IOException, StoreException {
    replay(sink, new Location(0, 0, 0), true);
  }

  /** Whether the log reaches as far as a checkpoint, and all of its files can be read. */
  boolean reaches(Optional<Location> checkpoint) throws IOException {
    boolean damaged = reports.stream().anyMatch(StoreReport::isDamage);
    if (checkpoint.isEmpty() || damaged) {
      return !damaged;
    }
    Segment segment = segments.get(checkpoint.get().segment());
    return segment != null && segment.file().size() >= checkpoint.get().offset();
  }

  /**
   * Reads the records from a checkpoint on.
   *
   * @param from its place
   * @param openEnded whether its segment could be gone on with
   */
  void replay(SegmentScanner.Sink sink, Location from, boolean openEnded)
      throws IOException, StoreException {
    List<ScanAhead.Part> parts = new ArrayList<>();
    for (Segment segment : segments.tailMap(from.segment(), true).values()) {
      boolean isFirst = segment.number() == from.segment();
      long begin = isFirst ? from.offset() : Segment.HEADER_BYTES;
      parts.add(new ScanAhead.Part(segment, begin, !Seal.isValid(disk, segment)));
    }
    RecoveryProgress progress = new RecoveryProgress(bytesOf(parts), onPercent, System::nanoTime);
    SegmentScanner.Sink told =
        (kind, name, meta, content, at) -> {
          sink.accept(kind, name, meta, content, at);
          progress.read(at.length());
        };
    if (readers == 0 || parts.size() == 1) {
      SegmentScanner scanner = new SegmentScanner();
      replay(
          parts,
          from,
          openEnded,
          part -> scanner.scan(part.segment(), part.from(), part.verifyValues(), told));
      return;
    }
    try (ScanAhead ahead = new ScanAhead(parts, readers)) {
      replay(parts, from, openEnded, part -> ahead.deliver(part.segment(), told));
    }
  }

  /** Has the records of one segment delivered. */
  private interface Reading {
    SegmentScanner.Outcome of(ScanAhead.Part part) throws IOException, StoreException;
  }

  private void replay(List<ScanAhead.Part> parts, Location from, boolean openEnded, Reading reading)
      throws IOException, StoreException {
    for (ScanAhead.Part part : parts) {
      Segment segment = part.segment();
      boolean isFirst = segment.number() == from.segment();
      boolean last = newestIsReadable && segment.number() == segments.lastKey();
      boolean sealed = !part.verifyValues();
      SegmentScanner.Outcome outcome = reading.of(part);
      reports.addAll(outcome.skipped());
      if (outcome.hasBadTail()) {
        endBefore(outcome, segment, last);
      }
      boolean whole =
          outcome.skipped().isEmpty() && (last || !outcome.hasBadTail()) && (!isFirst || openEnded);
      if (!sealed) {
        // What was read is served from now on, so a loss of power must not take it back.
        segment.force(disk);
      }
      if (whole && !sealed && !last) {
        Seal.write(disk, segment);
      }
      if (whole && !sealed && last) {
        end = Optional.of(new Location(segment.number(), outcome.goodEnd(), 0));
      }
    }
    disk.syncDirectory(Segment.DIRECTORY);
  }

  private static long bytesOf(List<ScanAhead.Part> parts) throws IOException {
    long bytes = 0;
    for (ScanAhead.Part part : parts) {
      bytes += part.segment().file().size() - part.from();
    }
    return bytes;
  }

  private void endBefore(SegmentScanner.Outcome outcome, Segment segment, boolean last)
      throws IOException {
    StoreReport.What what = StoreReport.What.RECORDS_SKIPPED;
    long bytes = outcome.size() - outcome.goodEnd();
    if (last) {
      if (bytes >= RecordFormat.FIXED_BYTES
          && !new SegmentScanner().isCutShort(segment, outcome.goodEnd())) {
        // It may have been whole, and synced, and have rotted since.
        cut.set();
      }
      segment.file().truncate(outcome.goodEnd());
      what = StoreReport.What.TORN_TAIL_CUT;
    }
    reports.add(new StoreReport(what, segment.toString(), outcome.goodEnd(), bytes));
  }

  /** Goes on after an orderly stop, without reading. */
  void resumeAt(Optional<Location> cleanEnd) {
    end = cleanEnd;
  }

  /** Whether the log ends where an orderly stop left it. */
  boolean endsAt(Optional<Location> expected, int segmentCount) throws IOException {
    if (!reports.isEmpty() || segments.size() != segmentCount) {
      return false;
    }
    if (expected.isEmpty()) {
      return segments.isEmpty();
    }
    Location location = expected.get();
    return !segments.isEmpty()
        && segments.lastKey() == location.segment()
        && segments.lastEntry().getValue().file().size() == location.offset();
  }

  NavigableMap<Integer, Segment> segments() {
    return segments;
  }

  /** Where the next record goes; empty to begin a new segment. */
  Optional<Location> end() {
    return end;
  }

  List<StoreReport> reports() {
    return reports;
  }

  void closeSegments() throws IOException {
    for (Segment segment : segments.values()) {
      segment.file().close();
    }
  }
}
