package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Finds the salt of a segment whose headers are both damaged, from its records. A record's head
 * checksum begins with the salt, so with all the bytes behind it at hand the checksum can be
 * reckoned backwards to what it was after the salt (see {@link Crc32cReversal}). That is 32 bits,
 * and any salt that leads to them is as good. The record itself proves nothing then; those behind
 * it do, each with 32 bits.
 *
 * <p>A user may have stored a log file as a value. It can't be mistaken for the segment: either the
 * search begins at the place where the first record always is, or the row of records must be longer
 * than a value that lies in the log.
 */
final class SaltSearch {
  /** Longer than any value, note or name with its metadata in the log. */
  static final int PROOF_BYTES = 1 << 20;

  /** How much of the beginning may be damaged. */
  private static final int SEARCHED_BYTES = 8 << 20;

  /** Bounds the work on a file that is full of what looks like records. */
  private static final int MAX_CANDIDATES = 4096;

  private final ScanWindow window = new ScanWindow();
  private final RecordFormat format = new RecordFormat();
  private final ByteBuffer place = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** A salt by which the records of this segment are whole; empty when none is proven. */
  Optional<Long> find(Disk.DiskFile file) throws IOException {
    window.open(file, file.size());
    long end = Math.min(window.size(), Segment.HEADER_BYTES + SEARCHED_BYTES);
    int candidates = 0;
    for (long at = Segment.HEADER_BYTES; at < end && candidates < MAX_CANDIDATES; at++) {
      if (peek(at) && isPlausible(at)) {
        candidates++;
        long salt = saltBy(at);
        if (isProven(salt, at)) {
          return Optional.of(salt);
        }
      }
    }
    return Optional.empty();
  }

  private boolean peek(long at) throws IOException {
    window.show(at, RecordFormat.MAX_HEAD_BYTES);
    return format.peek(window.buffer(), window.indexOf(at));
  }

  private boolean isPlausible(long at) throws IOException {
    int length = format.valueLength();
    return RecordKind.of(format.kindCode()).isPresent()
        && format.flags() == 0
        && length <= PROOF_BYTES
        && at + format.length() <= window.size()
        && window.crcOf(at + format.headLength(), length) == format.valueCrc();
  }

  /** The salt that makes the head there a whole one. */
  private long saltBy(long at) throws IOException {
    byte[] head = window.copy(at, format.headLength());
    int crc = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
    byte[] offset = place.putLong(0, at).array();
    int before = Crc32cReversal.before(~crc, head, RecordFormat.MARKER_OFFSET, head.length);
    before = Crc32cReversal.before(before, offset, 0, offset.length);
    // The first half of the salt is nothing; the other leads from there to the wanted remainder.
    CRC32C nothing = new CRC32C();
    nothing.update(new byte[Integer.BYTES]);
    int half = ~(int) nothing.getValue();
    byte[] zeros = new byte[Integer.BYTES];
    long other = half ^ Crc32cReversal.before(before, zeros, 0, zeros.length);
    return other << Integer.SIZE;
  }

  private boolean isProven(long salt, long from) throws IOException {
    int records = 0;
    long at = from;
    while (at < window.size()) {
      window.show(at, RecordFormat.MAX_HEAD_BYTES);
      if (!format.read(window.buffer(), window.indexOf(at), salt, at)
          || at + format.length() > window.size()) {
        break;
      }
      records++;
      at += format.length();
      if (at - from > PROOF_BYTES) {
        return true;
      }
    }
    return from == Segment.HEADER_BYTES && records > 1;
  }
}
