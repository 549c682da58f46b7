package io.volute.record;

/**
 * The name of a blob: a large value that is kept beside the versions. Random, so that no two blobs
 * of a cluster ever share one. A blob that is copied from member to member keeps its name.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record BlobId(long high, long low) implements Comparable<BlobId> {
  @Override
  public int compareTo(BlobId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
