package io.volute.transport.session;

/**
 * What a receiver lets a sender begin, in bytes of whole messages since the session's start, small
 * and large ones apart. A message is begun only when the credit covers all of it, so no two of them
 * can wait for each other's room.
 */
final class Credit {
  /** Messages up to this size are small: always welcome, within a window. */
  static final int SMALL_BYTES = 64 << 10;

  /** What a receiver holds ready for the small messages of each session. */
  static final long SMALL_WINDOW_BYTES = 2L << 20;

  /** What one session may hold of the receiver's room for large messages. */
  static final long LARGE_WINDOW_BYTES = 20L << 20;

  /** A message takes this much besides its bytes, so that tiny ones are bounded as well. */
  static final int MESSAGE_BYTES = 32;

  /** The largest message that a session carries. */
  static final int MAX_MESSAGE_BYTES = 16 << 20;

  private Credit() {}

  static boolean isLarge(int length) {
    return length > SMALL_BYTES;
  }

  /** What a small message takes of the window. */
  static int smallCost(int length) {
    return length + MESSAGE_BYTES;
  }
}
