package io.volute.storage;

/**
 * How the log of a store does.
 *
 * @param segments files of the log
 * @param logBytes their size; the one that is written to counts once it is full
 * @param liveBytes of these, what the index still refers to; the rest waits for compaction
 * @param compactedSegments files that were compacted since the start
 * @param copiedBytes what was written anew for that
 * @param freedBytes the size of the files that were deleted for it
 */
public record StoreFigures(
    int segments,
    long logBytes,
    long liveBytes,
    long compactedSegments,
    long copiedBytes,
    long freedBytes) {
  /** Of a store without a log. */
  public static final StoreFigures NONE = new StoreFigures(0, 0, 0, 0, 0, 0);
}
