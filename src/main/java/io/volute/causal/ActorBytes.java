package io.volute.causal;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The byte form of an actor in contexts and records: length and text of the node id, then the
 * incarnation as a varint.
 *
 * <p>A cluster has a handful of actors, and a store reads one of them with each version: those that
 * were read lately are given out again instead of being made anew.
 */
public final class ActorBytes {
  /** A power of two. */
  private static final int LATELY = 64;

  /** At the place that length, last byte and incarnation give. Actors are safe to share. */
  private static final Actor[] READ_LATELY = new Actor[LATELY];

  private ActorBytes() {}

  /** Reads one actor and leaves the buffer behind it. */
  public static Actor read(ByteBuffer in) throws MalformedContextException {
    int length = in.get() & 0xff;
    check(length > 0 && length <= in.remaining(), "a node id is malformed, or it ends too early");
    int start = in.position();
    int last = in.get(start + length - 1);
    in.position(start + length);
    long incarnation = ContextBytes.readVarint(in);
    int place = (length * 31 + last * 7 + Long.hashCode(incarnation)) & (LATELY - 1);
    Actor known = READ_LATELY[place];
    if (known == null
        || known.incarnation() != incarnation
        || !isAt(known.node().text(), in, start, length)) {
      known = make(in, start, length, incarnation);
      READ_LATELY[place] = known;
    }
    return known;
  }

  private static boolean isAt(String text, ByteBuffer in, int start, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in.get(start + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static Actor make(ByteBuffer in, int start, int length, long incarnation)
      throws MalformedContextException {
    byte[] node = new byte[length];
    in.get(start, node);
    String text = new String(node, StandardCharsets.US_ASCII);
    check(NodeId.isValid(text), "a node id is malformed");
    check(incarnation <= Actor.MAX_INCARNATION, "an incarnation is out of range");
    return new Actor(new NodeId(text), incarnation);
  }

  private static void check(boolean holds, String problem) throws MalformedContextException {
    if (!holds) {
      throw new MalformedContextException(problem);
    }
  }
}
