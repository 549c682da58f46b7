package io.volute.causal;

import io.volute.identity.Actor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The canonical byte form of a context: what tokens, log records and peer messages carry.
 *
 * <p>A varint of the number of actors; for each, in order: length and text of the node id, the
 * incarnation, the base, the number of extras, and each extra as its distance from the one before
 * (the first from the base). Varints are little-endian base 128, in their shortest form.
 */
public final class ContextBytes {
  /** A context that needs more bytes is refused where it enters. */
  public static final int MAX_BYTES = 4096;

  private static final int MAX_VARINT_BYTES = 9;

  private ContextBytes() {}

  public static byte[] encode(CausalContext context) {
    ByteBuffer out = ByteBuffer.allocate(sizeBytes(context));
    write(context, out);
    assert !out.hasRemaining();
    return out.array();
  }

  /** The number of bytes that {@link #write} appends. */
  public static int sizeBytes(CausalContext context) {
    int size = varintSize(context.size());
    for (int i = 0; i < context.size(); i++) {
      Seen seen = context.seen(i);
      size += 1 + context.actor(i).node().text().length();
      size += varintSize(context.actor(i).incarnation()) + varintSize(seen.base());
      size += varintSize(seen.extras().length);
      long previous = seen.base();
      for (long extra : seen.extras()) {
        size += varintSize(extra - previous);
        previous = extra;
      }
    }
    return size;
  }

  public static void write(CausalContext context, ByteBuffer out) {
    writeVarint(context.size(), out);
    for (int i = 0; i < context.size(); i++) {
      byte[] node = context.actor(i).node().text().getBytes(StandardCharsets.US_ASCII);
      out.put((byte) node.length).put(node);
      writeVarint(context.actor(i).incarnation(), out);
      Seen seen = context.seen(i);
      writeVarint(seen.base(), out);
      writeVarint(seen.extras().length, out);
      long previous = seen.base();
      for (long extra : seen.extras()) {
        writeVarint(extra - previous, out);
        previous = extra;
      }
    }
  }

  /** Reads one context and leaves the buffer behind it. */
  public static CausalContext read(ByteBuffer in) throws MalformedContextException {
    try {
      List<Actor> actors = new ArrayList<>();
      List<Seen> seen = new ArrayList<>();
      long count = readVarint(in);
      Actor previous = null;
      for (long i = 0; i < count; i++) {
        Actor actor = ActorBytes.read(in);
        check(previous == null || previous.compareTo(actor) < 0, "actors are not in order");
        actors.add(actor);
        seen.add(readSeen(in));
        previous = actor;
      }
      return CausalContext.of(actors.toArray(new Actor[0]), seen.toArray(new Seen[0]));
    } catch (BufferUnderflowException e) {
      throw new MalformedContextException("it ends too early", e);
    }
  }

  private static Seen readSeen(ByteBuffer in) throws MalformedContextException {
    long base = readVarint(in);
    long count = readVarint(in);
    // Each extra takes a byte at least, so this also bounds what is allocated.
    check(count <= in.remaining() && (base > 0 || count > 0), "an entry is malformed");
    long[] extras = new long[(int) count];
    long previous = base;
    for (int i = 0; i < extras.length; i++) {
      long distance = readVarint(in);
      check(distance > 0 && previous + distance > previous, "dots are not in order");
      previous += distance;
      extras[i] = previous;
    }
    return new Seen(base, extras);
  }

  static int varintSize(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  static void writeVarint(long value, ByteBuffer out) {
    assert value >= 0 : value;
    long rest = value;
    while (rest >= 0x80) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  static long readVarint(ByteBuffer in) throws MalformedContextException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        // A longer form of the same number would give equal contexts unequal tokens.
        check(next != 0 || i == 0, "a number is not in its shortest form");
        return value;
      }
    }
    throw new MalformedContextException("a number is too large");
  }

  private static void check(boolean holds, String problem) throws MalformedContextException {
    if (!holds) {
      throw new MalformedContextException(problem);
    }
  }
}
