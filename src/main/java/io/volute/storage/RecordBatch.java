package io.volute.storage;

import java.util.List;

/**
 * Some records of a segment, one after the other, with all that they hold.
 *
 * @param records in the order of the log
 * @param end where the next batch begins
 * @param last whether the segment ends there
 * @param damaged whether something that is no whole record was passed over
 */
record RecordBatch(List<RawRecord> records, long end, boolean last, boolean damaged) {
  /** A record as it lies in the log. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record RawRecord(RecordKind kind, byte[] name, byte[] meta, byte[] value, Location at) {}
}
