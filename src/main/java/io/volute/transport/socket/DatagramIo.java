package io.volute.transport.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * The way of datagrams into and out of a socket that doesn't block. Buffers are on the heap and
 * begin at 0. For one thread, the socket's owner.
 */
public interface DatagramIo {
  /**
   * Sends a datagram whole, from 0 to the buffer's limit, now or at the next {@link #flush}.
   *
   * @return false when the socket has no room now: the datagram is lost
   * @throws IOException what the system has against it
   */
  boolean send(ByteBuffer datagram, SocketAddress to) throws IOException;

  /**
   * Sends what was kept back.
   *
   * @return how many datagrams were lost, for want of room or because the system refused them
   */
  int flush();

  /**
   * Receives one datagram; the buffer then goes from 0 to its limit.
   *
   * @return who sent it; null when there is none now
   */
  SocketAddress receive(ByteBuffer datagram) throws IOException;

  /** Whether {@link #receive} has datagrams that the socket doesn't show any more. */
  boolean holdsReceived();

  /**
   * The quickest way that works here.
   *
   * @param channel bound, and not blocking
   */
  static DatagramIo of(DatagramChannel channel) {
    return BatchedIo.open(channel)
        .<DatagramIo>map(io -> io)
        .orElseGet(() -> new ChannelIo(channel));
  }
}
