package io.volute.storage;

import io.volute.storage.RecordBatch.RawRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the records of complete segments in batches, each after its checksums, and passes over what
 * is damaged. For one thread, which need not be the one that writes the log.
 */
final class RecordBatchReader {
  /** A batch ends with the record that fills it. */
  private static final int BATCH_BYTES = 256 << 10;

  private final RecordFormat format = new RecordFormat();
  private final SegmentScanner scanner = new SegmentScanner();

  /**
   * Reads on.
   *
   * @param from end of the batch before, or of the segment's header
   */
  RecordBatch read(Segment segment, long from) throws IOException {
    long size = segment.file().size();
    List<RawRecord> records = new ArrayList<>();
    boolean damaged = false;
    long at = from;
    while (at < size && at - from < BATCH_BYTES) {
      Optional<RawRecord> record = readRecord(segment, at, size);
      if (record.isEmpty()) {
        damaged = true;
        long next = scanner.nextWhole(segment, at);
        if (next == at) {
          throw new IOException("a newer version of the program wrote a record at byte " + at);
        }
        at = next;
        continue;
      }
      // Kinds that may be skipped have no meaning to keep.
      if (record.get().kind() != null) {
        records.add(record.get());
      }
      at = record.get().at().end();
    }
    return new RecordBatch(records, at, at >= size, damaged);
  }

  private Optional<RawRecord> readRecord(Segment segment, long at, long size) throws IOException {
    byte[] head = bytes(segment, at, (int) Math.min(RecordFormat.MAX_HEAD_BYTES, size - at));
    ByteBuffer in = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (!format.read(in, 0, segment.salt(), at) || at + format.length() > size) {
      return Optional.empty();
    }
    Location place = new Location(segment.number(), at, format.length());
    Optional<RecordKind> kind = RecordKind.of(format.kindCode());
    if (kind.isEmpty() && format.kindCode() < RecordKind.FIRST_SKIPPABLE_CODE) {
      return Optional.empty();
    }
    int nameEnd = RecordFormat.FIXED_BYTES + format.nameLength();
    int valueCrc = format.valueCrc();
    byte[] value = bytes(segment, at + format.headLength(), format.valueLength());
    if (format.crcOf(value) != valueCrc) {
      return Optional.empty();
    }
    return Optional.of(
        new RawRecord(
            kind.orElse(null),
            Arrays.copyOfRange(head, RecordFormat.FIXED_BYTES, nameEnd),
            Arrays.copyOfRange(head, nameEnd, nameEnd + format.metaLength()),
            value,
            place));
  }

  private static byte[] bytes(Segment segment, long at, int count) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(count);
    segment.file().read(target, at);
    return target.array();
  }
}
