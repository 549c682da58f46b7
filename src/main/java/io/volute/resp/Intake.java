package io.volute.resp;

import io.volute.listen.BytesInFlight;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * From a client's bytes to calls that are begun: what was read and not yet understood, and the one
 * call that has to wait for an earlier one. Used on the connection's I/O thread.
 */
final class Intake {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ClientConnection connection;
  private final CommandTable table;
  private final RequestParser parser;
  private final Pipeline pipeline;
  private final BytesInFlight inFlight;
  private final BooleanSupplier room;
  private ByteBuffer unread = NOTHING;
  private Call waiting;

  /**
   * @param room whether another request may be taken in
   */
  Intake(
      ClientConnection connection,
      CommandTable table,
      Pipeline pipeline,
      BytesInFlight inFlight,
      int maxValueBytes,
      BooleanSupplier room) {
    this.connection = connection;
    this.table = table;
    this.pipeline = pipeline;
    this.inFlight = inFlight;
    this.room = room;
    parser = new RequestParser(maxValueBytes, inFlight);
  }

  /** Whether nothing that came is left, but perhaps the beginning of a request. */
  boolean isEmpty() {
    return waiting == null && !hasUnread();
  }

  /** Whether there are bytes that nobody has looked at. */
  boolean hasUnread() {
    return unread.hasRemaining();
  }

  /** Whether a call that was understood can't begin yet. */
  boolean hasWaiting() {
    return waiting != null;
  }

  /** Whether a part of a request has come. */
  boolean isInTheMiddle() {
    return parser.isInTheMiddle();
  }

  /**
   * Takes bytes in, and begins what may begin.
   *
   * @param fresh is the caller's again afterwards
   * @return whether calls began, which may have been answered at once
   */
  boolean add(ByteBuffer fresh) throws ProtocolException {
    assert !hasUnread() : "bytes overtake others";
    boolean began = begin(fresh);
    if (fresh.hasRemaining()) {
      unread = ByteBuffer.allocate(fresh.remaining()).put(fresh).flip();
    }
    return began;
  }

  /** Begins what may begin now of what has come before; the same result. */
  boolean beginMore() throws ProtocolException {
    if (waiting == null && !pipeline.hasDue() && (!hasUnread() || !room.getAsBoolean())) {
      return false;
    }
    boolean began = begin(unread);
    if (!unread.hasRemaining()) {
      unread = NOTHING;
    }
    return began;
  }

  private boolean begin(ByteBuffer bytes) throws ProtocolException {
    boolean began = beginDue();
    while (waiting != null || room.getAsBoolean()) {
      if (waiting == null) {
        RequestParser.Request request = parser.next(bytes);
        if (request == null) {
          break;
        }
        waiting = table.prepare(connection, request);
      }
      if (!pipeline.admits(waiting)) {
        if (!pipeline.park(waiting)) {
          break;
        }
        waiting = null;
        continue;
      }
      Call call = waiting;
      waiting = null;
      pipeline.begin(call);
      began = true;
      table.run(call);
    }
    return began;
  }

  private boolean beginDue() {
    boolean began = false;
    Call call;
    while ((call = pipeline.pollDue()) != null) {
      began = true;
      table.run(call);
    }
    return began;
  }

  /** The call that waits is answered instead of begun. */
  void refuseWaiting(RequestRefused why) {
    if (waiting != null) {
      waiting = CommandTable.refused(connection, why, waiting.charged());
    }
  }

  /** Forgets bytes; a call that waits stays. Of a request that has come in part nothing is held. */
  void discardBytes() {
    parser.discard();
    unread = NOTHING;
  }

  /** Forgets everything. */
  void discard() {
    discardBytes();
    if (waiting != null) {
      inFlight.release(waiting.charged());
      waiting = null;
    }
  }
}
