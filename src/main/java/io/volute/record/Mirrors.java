package io.volute.record;

/**
 * How many members keep a key.
 *
 * @param count 1 to 255, or 0 for every member ("clone")
 */
public record Mirrors(int count) {
  public static final int MAX_COUNT = 255;

  /** What a user is told when a count is refused. */
  public static final String RULE = "0 (every member) to 255";

  public static final Mirrors CLONE = new Mirrors(0);

  public Mirrors {
    if (count < 0 || count > MAX_COUNT) {
      throw new IllegalArgumentException("mirrors " + count + ": allowed is " + RULE);
    }
  }

  public boolean isClone() {
    return count == 0;
  }

  /** How many owners a key has among this many members. */
  public int among(int members) {
    return isClone() ? members : Math.min(count, members);
  }

  /** The count that includes the owners of both. */
  public Mirrors widest(Mirrors other) {
    if (isClone() || other.isClone()) {
      return CLONE;
    }
    return count >= other.count ? this : other;
  }
}
