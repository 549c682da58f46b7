package io.volute.storage;

/**
 * A file of the log and how far it is written; what may lie behind that is no record.
 *
 * @param size in bytes, the header included
 */
record SegmentExtent(Segment segment, long size) {}
