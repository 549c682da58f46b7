package io.volute.record;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;

/**
 * One accepted write, without the bytes of its value. Immutable and the same on every member: two
 * versions with the same dot are the same version.
 *
 * @param dot its name
 * @param replaces the dots that it replaces; never holds its own dot
 * @param kind whether it sets or deletes the key
 * @param mirrors how many members keep it
 * @param writtenAtMillis wall-clock time at its coordinator, Unix epoch. Has no part in ordering,
 *     only in the view that shows one of several siblings
 * @param expiresAtMillis from this wall-clock time on it reads as deleted; {@link #NEVER} for none
 * @param contentType as the writer gave it, or empty; at most {@link #MAX_CONTENT_TYPE_LENGTH}
 *     printable ASCII characters
 * @param sizeBytes length of the value; 0 for a tombstone
 */
public record Version(
    Dot dot,
    CausalContext replaces,
    Kind kind,
    Mirrors mirrors,
    long writtenAtMillis,
    long expiresAtMillis,
    String contentType,
    long sizeBytes) {
  public static final long NEVER = 0;
  public static final int MAX_CONTENT_TYPE_LENGTH = 255;

  /** What a write did to the key. */
  public enum Kind {
    VALUE,
    TOMBSTONE
  }

  public Version {
    assert !replaces.covers(dot) : dot + " replaces itself: " + replaces;
    assert kind == Kind.VALUE || sizeBytes == 0 : "a tombstone with a value";
    assert contentType.length() <= MAX_CONTENT_TYPE_LENGTH : contentType.length();
  }

  public boolean isTombstone() {
    return kind == Kind.TOMBSTONE;
  }

  /** Whether this can be its value; the dot says which value it is, the size is a safeguard. */
  public boolean isSizeOf(Value value) {
    return sizeBytes == value.sizeBytes();
  }

  public boolean isExpiredAt(long wallMillis) {
    return expiresAtMillis != NEVER && expiresAtMillis <= wallMillis;
  }

  /** Whether a reader at this time sees a value in it. */
  public boolean isVisibleAt(long wallMillis) {
    return !isTombstone() && !isExpiredAt(wallMillis);
  }

  /**
   * Its own dot and all that it replaces: what a client that has seen just this version has seen.
   */
  public CausalContext context() {
    return replaces.with(dot);
  }
}
