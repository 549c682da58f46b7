package io.volute.settings;

/**
 * Limits and times of large values, which are kept as blobs and travel in chunks.
 *
 * @param inlineBytes values up to this size are kept with their version; larger ones as blobs.
 *     Below it, a record of its own in a file of its own costs more than it saves
 * @param chunkBytes what a message carries of a blob, and a door hands over at once. Small enough
 *     that a small message behind it hardly waits
 * @param windowChunks chunks of one blob that are asked of a peer at once: bandwidth times delay of
 *     a good link, and the memory that a transfer takes
 * @param transfersLimit blobs that are fetched from peers at once; others wait for their turn
 * @param waitingLimit blobs that may wait for their turn; more are refused
 * @param uploadsLimit values that clients send at once
 * @param chunkPatienceMillis pause before an unanswered request for a chunk is repeated. Long, as
 *     the transport repeats by itself: only a lost session makes it necessary
 * @param silenceMillis a transfer that gets nothing for so long is given up, and an upload too
 * @param minBytesPerSecond a transfer is given time as if it were at least so fast
 */
public record BlobTuning(
    int inlineBytes,
    int chunkBytes,
    int windowChunks,
    int transfersLimit,
    int waitingLimit,
    int uploadsLimit,
    long chunkPatienceMillis,
    long silenceMillis,
    long minBytesPerSecond) {
  public static final BlobTuning DEFAULT =
      new BlobTuning(64 << 10, 64 << 10, 16, 8, 1024, 256, 2000, 10_000, 1 << 20);

  public BlobTuning {
    require(inlineBytes >= 0, "a size is not negative");
    require(chunkBytes > 0 && windowChunks > 0, "a transfer moves something");
    require(transfersLimit > 0 && waitingLimit >= 0 && uploadsLimit > 0, "limits let one in");
    require(chunkPatienceMillis > 0 && silenceMillis > chunkPatienceMillis, "a chunk may be lost");
    require(minBytesPerSecond > 0, "a transfer ends");
  }

  /** The time that a value of this size may take on its way, beyond that of a small one. */
  public long allowanceMillis(long sizeBytes) {
    return sizeBytes <= inlineBytes ? 0 : 1000 * (sizeBytes / minBytesPerSecond + 1);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("blobs: " + rule);
    }
  }
}
