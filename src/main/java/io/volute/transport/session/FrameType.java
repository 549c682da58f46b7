package io.volute.transport.session;

/** The first byte of each frame in a datagram. */
final class FrameType {
  /** Nothing; fills datagrams that probe a size. */
  static final byte PADDING = 0;

  /** Asks for an acknowledgement. */
  static final byte PING = 1;

  static final byte ACK = 2;

  /** A message as a whole: id, place, length, bytes. */
  static final byte MESSAGE = 3;

  /** A part of a message: id, place, total length, offset, length, bytes. */
  static final byte PART = 4;

  /** How much the receiver takes: bytes of small messages and of large ones since the start. */
  static final byte CREDIT = 5;

  /** How much the sender has: large bytes for its next message, and for all that wait. */
  static final byte WANT = 6;

  /** The sender forgets this session. */
  static final byte CLOSE = 7;

  /** The rest of a message will not come: id, place, length. */
  static final byte FORGET = 8;

  private FrameType() {}
}
