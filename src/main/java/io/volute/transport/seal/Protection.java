package io.volute.transport.seal;

import java.nio.ByteBuffer;

/**
 * Protects the datagrams of one session, in both directions. Buffers are on the heap, in
 * little-endian order, and begin at 0. For one thread.
 */
public interface Protection {
  /** What {@link #seal} adds. */
  int overheadBytes();

  /**
   * Protects a datagram that goes from 0 to the buffer's limit.
   *
   * @param headerBytes are left readable
   * @param number no two datagrams of a session have the same
   * @return what to send, valid until the next call; the buffer itself or another
   */
  ByteBuffer seal(ByteBuffer datagram, int headerBytes, long number);

  /**
   * Checks a datagram that goes from 0 to the buffer's limit.
   *
   * @return its plain form without what was added, valid until the next call; null where it is not
   *     the peer's or was changed on its way
   */
  ByteBuffer open(ByteBuffer datagram, int headerBytes, long number);
}
