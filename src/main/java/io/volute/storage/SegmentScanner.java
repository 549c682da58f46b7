package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a segment from front to end and passes over what is damaged.
 *
 * <p>A record whose head is whole but whose value isn't is skipped by its length. Where a head is
 * damaged nothing it says can be trusted, so the next whole head is searched byte by byte.
 */
final class SegmentScanner {
  /** Takes each whole record, in the order of the log. */
  interface Sink {
    /**
     * Takes a record.
     *
     * @param meta its metadata, from the buffer's position to its limit; valid during the call
     * @param content of a note; empty for other kinds
     */
    void accept(RecordKind kind, byte[] name, ByteBuffer meta, byte[] content, Location at)
        throws IOException;
  }

  /**
   * What a scan found.
   *
   * @param goodEnd end of the last whole record
   * @param size of the file; what lies between is no record
   * @param skipped damage in front of {@code goodEnd}
   */
  record Outcome(long goodEnd, long size, List<StoreReport> skipped) {
    boolean hasBadTail() {
      return goodEnd < size;
    }
  }

  private static final byte[] NONE = {};

  private final ScanWindow window = new ScanWindow();
  private final RecordFormat format = new RecordFormat();

  /**
   * Scans a segment.
   *
   * @param from the place of the first record to read
   * @param verifyValues whether to read values and check them: needed unless it is known that the
   *     whole segment was synced
   */
  Outcome scan(Segment segment, long from, boolean verifyValues, Sink sink)
      throws IOException, StoreException {
    return scan(segment, from, segment.file().size(), verifyValues, sink);
  }

  /**
   * Scans a part of a segment.
   *
   * @param to where the part ends, between two records
   */
  Outcome scan(Segment segment, long from, long to, boolean verifyValues, Sink sink)
      throws IOException, StoreException {
    window.open(segment.file(), to);
    List<StoreReport> skipped = new ArrayList<>();
    long goodEnd = from;
    long at = from;
    while (at < window.size()) {
      Optional<Location> head = headAt(segment, at);
      if (head.isPresent() && (!mustVerify(verifyValues) || valueIsWhole(head.get()))) {
        if (goodEnd < at) {
          skipped.add(skippedBetween(segment, goodEnd, at));
        }
        deliver(head.get(), sink);
        goodEnd = head.get().end();
        at = goodEnd;
      } else {
        at = head.isPresent() ? head.get().end() : findHead(segment, at + 1);
      }
    }
    return new Outcome(goodEnd, window.size(), skipped);
  }

  /** The place of the first whole record from there on; the end of the file when there is none. */
  long nextWhole(Segment segment, long from) throws IOException {
    window.open(segment.file(), segment.file().size());
    long at = from;
    while (at < window.size()) {
      Optional<Location> head = headAt(segment, at);
      if (head.isPresent() && valueIsWhole(head.get())) {
        return at;
      }
      at = head.isPresent() ? head.get().end() : findHead(segment, at + 1);
    }
    return window.size();
  }

  /**
   * Whether a record with a whole head begins at a place that reaches beyond the file's end: its
   * write was never done.
   */
  boolean isCutShort(Segment segment, long at) throws IOException {
    window.open(segment.file(), segment.file().size());
    window.show(at, RecordFormat.MAX_HEAD_BYTES);
    return format.read(window.buffer(), window.indexOf(at), segment.salt(), at)
        && at + format.length() > window.size();
  }

  private static StoreReport skippedBetween(Segment segment, long from, long to) {
    return new StoreReport(StoreReport.What.RECORDS_SKIPPED, segment.toString(), from, to - from);
  }

  /** Loads the record at a place into {@link #format}; empty when none begins there and fits. */
  private Optional<Location> headAt(Segment segment, long at) throws IOException {
    window.show(at, RecordFormat.MAX_HEAD_BYTES);
    if (!format.read(window.buffer(), window.indexOf(at), segment.salt(), at)
        || at + format.length() > window.size()) {
      return Optional.empty();
    }
    return Optional.of(new Location(segment.number(), at, format.length()));
  }

  /** The place of the next record from there on; the end of the file when there is none. */
  private long findHead(Segment segment, long from) throws IOException {
    for (long at = from; at + RecordFormat.FIXED_BYTES <= window.size(); at++) {
      window.show(at, RecordFormat.MAX_HEAD_BYTES);
      if (format.peek(window.buffer(), window.indexOf(at)) && headAt(segment, at).isPresent()) {
        return at;
      }
    }
    return window.size();
  }

  private boolean mustVerify(boolean verifyValues) {
    return verifyValues || format.kindCode() == RecordKind.NOTE.code();
  }

  private boolean valueIsWhole(Location at) throws IOException {
    int length = format.valueLength();
    return window.crcOf(at.end() - length, length) == format.valueCrc();
  }

  private void deliver(Location at, Sink sink) throws IOException, StoreException {
    Optional<RecordKind> kind = RecordKind.of(format.kindCode());
    if (kind.isEmpty() && format.kindCode() >= RecordKind.FIRST_SKIPPABLE_CODE) {
      return;
    }
    if (kind.isEmpty() || format.flags() != 0) {
      throw new StoreException(
          Segment.fileName(at.segment())
              + " at byte "
              + at.offset()
              + " holds a record of kind "
              + format.kindCode()
              + ": a newer version of the program wrote it");
    }
    long nameAt = at.offset() + RecordFormat.FIXED_BYTES;
    byte[] content =
        kind.get() == RecordKind.NOTE
            ? window.copy(at.offset() + format.headLength(), format.valueLength())
            : NONE;
    // Shown as a whole, so that the metadata can be handed on in place.
    window.show(nameAt, format.nameLength() + format.metaLength());
    byte[] name = window.copy(nameAt, format.nameLength());
    int metaAt = window.indexOf(nameAt) + format.nameLength();
    ByteBuffer meta = window.buffer().duplicate();
    meta.limit(metaAt + format.metaLength()).position(metaAt);
    sink.accept(kind.get(), name, meta, content, at);
  }
}
