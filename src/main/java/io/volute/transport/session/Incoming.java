package io.volute.transport.session;

import java.nio.ByteBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The receiving half of a session's messages: puts parts together, hands each message over once and
 * in its order, and grants credit for what it has room for.
 */
final class Incoming {
  /** The type, the id, the place, the total length, the offset and the length of a part. */
  static final int MAX_PART_HEAD_BYTES = 1 + 2 * Varint.MAX_BYTES + 3 * 4;

  private static final int CREDIT_FRAME_BYTES = 1 + 2 * Varint.MAX_BYTES;

  /** Small credit is granted anew when this part of the window has been used. */
  private static final long SMALL_STEP_BYTES = Credit.SMALL_WINDOW_BYTES / 4;

  /** Takes a message; the bytes are only lent. */
  @FunctionalInterface
  interface Delivery {
    void deliver(byte[] bytes, int offset, int length);
  }

  /** A message of which parts are missing. */
  private static final class Partial {
    private final byte[] bytes;
    private final LongRanges arrived = new LongRanges();
    private int missing;

    Partial(int length) {
      this.bytes = new byte[length];
      this.missing = length;
    }
  }

  private final ReceiveRoom room;
  private final Long2ObjectHashMap<Partial> partials = new Long2ObjectHashMap<>();
  private final LongRanges finished = new LongRanges();
  private final InOrder order = new InOrder(this::settle);
  private long smallBegun;
  private long smallFinished;
  private long smallGranted = Credit.SMALL_WINDOW_BYTES;
  private long largeBegun;
  private long largeFinished;
  private long largeGranted;
  private long needed;
  private long wanted;
  private boolean creditDirty;
  private boolean ended;

  Incoming(ReceiveRoom room) {
    this.room = room;
  }

  /** A frame with a whole message; false when it is malformed or beyond what was granted. */
  boolean onMessage(ByteBuffer in, Delivery delivery) {
    long id = Varint.get(in);
    long place = Varint.get(in);
    long length = Varint.get(in);
    if (!isAcceptable(id, length) || length > in.remaining()) {
      return false;
    }
    int start = in.position();
    in.position(start + (int) length);
    if (finished.contains(id)) {
      return true;
    }
    if (!order.isPossible(place, (int) length)
        || (partials.remove(id) == null && !begin((int) length))) {
      return false;
    }
    finished.add(id, id + 1);
    order.arrived(place, in.array(), in.arrayOffset() + start, (int) length, delivery);
    return true;
  }

  /** A frame with a part; false when it is malformed or beyond what was granted. */
  boolean onPart(ByteBuffer in, Delivery delivery) {
    long id = Varint.get(in);
    long place = Varint.get(in);
    long total = Varint.get(in);
    long offset = Varint.get(in);
    long length = Varint.get(in);
    if (!isAcceptable(id, total)
        || offset < 0
        || length <= 0
        || length > in.remaining()
        || offset > total - length) {
      return false;
    }
    int start = in.position();
    in.position(start + (int) length);
    if (finished.contains(id)) {
      return true;
    }
    if (!order.isPossible(place, (int) total)) {
      return false;
    }
    Partial partial = partials.get(id);
    if (partial == null) {
      if (!begin((int) total)) {
        return false;
      }
      partial = new Partial((int) total);
      partials.put(id, partial);
    } else if (partial.bytes.length != total) {
      return false;
    }
    in.get(start, partial.bytes, (int) offset, (int) length);
    partial.missing -= (int) partial.arrived.add(offset, offset + length);
    if (partial.missing == 0) {
      partials.remove(id);
      finished.add(id, id + 1);
      order.arrived(place, partial.bytes, 0, (int) total, delivery);
    }
    return true;
  }

  /** The sender has given a message up; false when what it says is malformed. */
  boolean onForget(ByteBuffer in, Delivery delivery) {
    long id = Varint.get(in);
    long place = Varint.get(in);
    long length = Varint.get(in);
    if (!isAcceptable(id, length)) {
      return false;
    }
    if (!finished.contains(id)) {
      Partial partial = partials.remove(id);
      int begun = partial == null ? (int) length : partial.bytes.length;
      if (!order.isPossible(place, begun) || (partial == null && !begin(begun))) {
        return false;
      }
      finished.add(id, id + 1);
      order.givenUp(place, begun, delivery);
    }
    return true;
  }

  private boolean isAcceptable(long id, long length) {
    return id >= 0
        && length > 0
        && length <= Credit.MAX_MESSAGE_BYTES
        && id - finished.firstMissing(0) < Unfinished.MAX_SPAN;
  }

  private boolean begin(int length) {
    if (Credit.isLarge(length)) {
      if (largeBegun + length > largeGranted) {
        return false;
      }
      largeBegun += length;
    } else {
      if (smallBegun + Credit.smallCost(length) > smallGranted) {
        return false;
      }
      smallBegun += Credit.smallCost(length);
    }
    return true;
  }

  private void settle(int length) {
    if (Credit.isLarge(length)) {
      largeFinished += length;
      room.giveBack(length);
      retryGrant();
    } else {
      smallFinished += Credit.smallCost(length);
      creditDirty |= smallFinished + Credit.SMALL_WINDOW_BYTES - smallGranted >= SMALL_STEP_BYTES;
    }
  }

  /** The sender has large messages; false when what it says is malformed. */
  boolean onWant(ByteBuffer in) {
    long need = Varint.get(in);
    long want = Varint.get(in);
    if (need < 0 || want < need) {
      return false;
    }
    if (want > wanted) {
      needed = need;
      wanted = want;
      retryGrant();
    }
    return true;
  }

  /** Takes room for what the sender wants; returns whether that is settled. */
  boolean retryGrant() {
    long most = largeFinished + Credit.LARGE_WINDOW_BYTES;
    if (ended || wanted <= largeGranted || needed > most) {
      room.forget(this);
      return true;
    }
    long need = Math.max(0, needed - largeGranted);
    long taken = room.take(this, need, Math.min(wanted, most) - largeGranted);
    if (taken == 0) {
      return false;
    }
    largeGranted += taken;
    creditDirty = true;
    return true;
  }

  boolean isCreditDirty() {
    return creditDirty;
  }

  void onCreditLost() {
    creditDirty = true;
  }

  boolean writeCredit(ByteBuffer out, int limit) {
    if (limit - out.position() < CREDIT_FRAME_BYTES) {
      return false;
    }
    creditDirty = false;
    smallGranted = smallFinished + Credit.SMALL_WINDOW_BYTES;
    out.put(FrameType.CREDIT);
    Varint.put(out, smallGranted);
    Varint.put(out, largeGranted);
    return true;
  }

  /** The session has ended: nothing more will come. */
  void end() {
    if (!ended) {
      ended = true;
      room.giveBack(largeGranted - largeFinished);
      room.forget(this);
      partials.clear();
      order.clear();
    }
  }

  /** Bytes that are held for messages of which parts are missing, or others in front of them. */
  long heldBytes() {
    return order.heldBytes()
        + partials.values().stream().mapToLong(partial -> partial.bytes.length).sum();
  }
}
