package io.volute.codec;

/**
 * Bounds of the wire format. The encoder refuses what is beyond them, so that nothing is sent that
 * every receiver would throw away; the decoder refuses it again, since senders may lie.
 */
public final class WireLimits {
  /** Parts of one {@code Fetched} answer. */
  public static final int MAX_PARTS = 64;

  /**
   * Versions in one part. Writes are refused at 32 siblings, but members that were apart may hold
   * more for a while.
   */
  public static final int MAX_VERSIONS = 256;

  /** Names in one {@code Compare} or {@code Differing}. */
  public static final int MAX_NAMES = 4096;

  /** Contexts in one {@code Matches} condition. */
  public static final int MAX_MATCHES = 64;

  /**
   * Room for the contexts of a {@code Matches} condition that is always there beside the largest
   * value, in bytes of their encoded form. More is taken as long as the message as a whole fits.
   */
  public static final int ASSURED_MATCHES_BYTES = 2048;

  /** Members in one message, those that have left included; accusations and ranges as well. */
  public static final int MAX_MEMBERS = 2048;

  /** Prefixes of one {@code Follow}. */
  public static final int MAX_FOLLOWED = 64;

  /** Partitions in one {@code ComparePartitions} or its answer. */
  public static final int MAX_PARTITIONS = 64;

  /** Hashes of keys in one message. */
  public static final int MAX_HASHES = 2048;

  /** Dots in one message, of actors or of the versions of a key. */
  public static final int MAX_DOTS = 512;

  /** Explanation of a refusal, in bytes of UTF-8; longer ones are cut. */
  public static final int MAX_EXPLANATION_BYTES = 1024;

  private WireLimits() {}
}
