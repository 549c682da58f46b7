package io.volute.identity;

/**
 * One life of a member's store: the part of a member that issues dots.
 *
 * <p>A member takes a new incarnation whenever it can't prove that its store is the one it left
 * (wiped, restored from a copy, its tail lost with the power). Two lives therefore never issue the
 * same dot, which is what keeps an amnesiac node from overwriting writes that it has forgotten
 * (Riak's "KV679").
 *
 * @param node the member
 * @param incarnation which of its lives, 0 to 2^53 − 1; later lives have larger numbers
 */
public record Actor(NodeId node, long incarnation) implements Comparable<Actor> {
  public static final long MAX_INCARNATION = (1L << 53) - 1;

  /** The lowest bits of a time are random. */
  private static final int TIME_SHIFT = 11;

  private static final long MAX_MILLIS = MAX_INCARNATION >> TIME_SHIFT;

  /**
   * Steps with a clock that is behind are at most this long, half a second of a clock that goes.
   */
  private static final long MAX_STEP = (1 << 20) - 1;

  public Actor {
    if (incarnation < 0 || incarnation > MAX_INCARNATION) {
      throw new IllegalArgumentException("incarnation " + incarnation + " is out of range");
    }
  }

  /**
   * An incarnation for a new life: later than the former one, and not guessed by another life that
   * forgot it. Time comes first so that a wiped node, which does not know its former incarnation,
   * still gets a later one; the random bits tell apart lives that begin in the same millisecond.
   * With a clock that was set back only the former one says what is later, and several lives may
   * follow the same one: of a store that was lost, of its copies. A random step tells them apart.
   *
   * @param previous the incarnation that this one follows, 0 for none
   * @param wallMillis milliseconds since the Unix epoch
   * @param random any number
   */
  public static long nextIncarnation(long previous, long wallMillis, long random) {
    long byTime = Math.min(Math.max(0, wallMillis), MAX_MILLIS) << TIME_SHIFT;
    long fresh = byTime | (random & ((1 << TIME_SHIFT) - 1));
    return fresh > previous ? fresh : Math.min(MAX_INCARNATION, previous + 1 + (random & MAX_STEP));
  }

  /** As records have it; mostly it is the same object. */
  @Override
  public boolean equals(Object object) {
    return object == this
        || object instanceof Actor other
            && incarnation == other.incarnation
            && node.equals(other.node);
  }

  @Override
  public int hashCode() {
    return node.hashCode() * 31 + Long.hashCode(incarnation);
  }

  @Override
  public int compareTo(Actor other) {
    int byNode = node.compareTo(other.node);
    return byNode != 0 ? byNode : Long.compare(incarnation, other.incarnation);
  }

  @Override
  public String toString() {
    return node + "#" + incarnation;
  }
}
