package io.volute.storage;

/**
 * Where a record is.
 *
 * @param segment number of its log file
 * @param offset of its first byte in that file
 * @param length of the whole record, bytes
 */
record Location(int segment, long offset, int length) {
  long end() {
    return offset + length;
  }
}
