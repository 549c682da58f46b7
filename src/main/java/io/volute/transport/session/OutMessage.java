package io.volute.transport.session;

/** A message on its way to a peer, until all of it is acknowledged or it is given up. Reused. */
final class OutMessage {
  private static final long NOT_STARTED = -1;

  private final LongRanges acked = new LongRanges();
  private byte[] bytes = {};
  private int length;
  private Channel channel = Channel.SMALL;
  private Object tag = this;
  private long expiresNanos;
  private boolean perishable;
  private boolean givenUp;
  private long id = NOT_STARTED;
  private long place = InOrder.ALONE;
  private int written;
  private int ackedBytes;

  /** Takes the content; the array is kept. */
  void set(
      byte[] bytes,
      int length,
      Channel channel,
      Object tag,
      boolean perishable,
      long expiresNanos) {
    this.bytes = bytes;
    this.length = length;
    this.channel = channel;
    this.tag = tag;
    this.perishable = perishable;
    this.expiresNanos = expiresNanos;
    givenUp = false;
    id = NOT_STARTED;
    written = 0;
    ackedBytes = 0;
    acked.clear();
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  Channel channel() {
    return channel;
  }

  /** What the owner knows the message by. */
  Object tag() {
    return tag;
  }

  /** Whether it must not be sent again either when its time is over. */
  boolean isPerishable() {
    return perishable;
  }

  void giveUp() {
    givenUp = true;
  }

  /** Whether the receiver is only to forget it. */
  boolean isGivenUp() {
    return givenUp;
  }

  boolean isOver(long nowNanos) {
    return nowNanos > expiresNanos;
  }

  /** From now on it belongs to a session. */
  void start(long newId) {
    id = newId;
  }

  /** Unique in its session; changes when the object is reused. */
  long id() {
    return id;
  }

  void setPlace(long newPlace) {
    place = newPlace;
  }

  /** Where it stands in its channel. */
  long place() {
    return place;
  }

  /** How far it was written, apart from repeats. */
  int written() {
    return written;
  }

  boolean isWritten() {
    return written == length;
  }

  void onWritten(int end) {
    written = Math.max(written, end);
  }

  /** Returns whether this was the last part that was missing. */
  boolean onAcked(int start, int end) {
    if (ackedBytes == length) {
      return false;
    }
    ackedBytes += (int) acked.add(start, end);
    return ackedBytes == length;
  }

  /** The first byte from here on that is not acknowledged. */
  int firstMissing(int from) {
    return (int) acked.firstMissing(from);
  }

  /** The first byte from here on that is acknowledged; the length for none. */
  int firstPresent(int from) {
    return (int) Math.min(length, acked.firstPresent(from));
  }

  void drop() {
    id = NOT_STARTED;
    tag = this;
    if (bytes.length > Outbox.KEPT_BYTES) {
      bytes = new byte[0];
    }
  }
}
