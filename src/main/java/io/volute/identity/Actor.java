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

  public Actor {
    if (incarnation < 0 || incarnation > MAX_INCARNATION) {
      throw new IllegalArgumentException("incarnation " + incarnation + " is out of range");
    }
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
