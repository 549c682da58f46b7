package io.volute.transport.seal;

import java.nio.ByteBuffer;

/**
 * How a cluster guards its handshakes, and what protection comes out of one. Handshake datagrams
 * end in a trailer that proves them. For one thread.
 */
public interface Guard {
  /** Each side's part of the secret that only the two of them will know. */
  int SHARE_BYTES = 32;

  /** The length of the trailer of a handshake datagram. */
  int trailerBytes();

  /** Begins a handshake. */
  Opening open();

  /** Proves a first datagram: writes its trailer, which ends at the buffer's limit. */
  void proveHello(ByteBuffer hello);

  /**
   * Checks a first datagram.
   *
   * @return which of the accepted secrets it was proved by; −1 for none
   */
  int checkHello(ByteBuffer hello);

  /**
   * Answers a first datagram that was checked.
   *
   * @param secret what {@link #checkHello} has returned
   * @return null where its share is unusable
   */
  Answering answer(ByteBuffer hello, byte[] share, int secret);

  /** The side that begins. */
  interface Opening {
    byte[] share();

    /**
     * Checks the answer.
     *
     * @param hello as it was sent
     * @return null where it is not the peer's
     */
    Protection conclude(ByteBuffer hello, ByteBuffer welcome, byte[] peerShare);
  }

  /** The side that answers. */
  interface Answering {
    byte[] share();

    /** Proves the answer: writes its trailer, which ends at the buffer's limit. */
    Protection conclude(ByteBuffer welcome);
  }
}
