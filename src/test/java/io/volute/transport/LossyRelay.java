package io.volute.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Random;

/** Passes datagrams on between two sockets, and loses some. For one thread. */
final class LossyRelay implements AutoCloseable {
  private final DatagramChannel channel;
  private final InetSocketAddress left;
  private final InetSocketAddress right;
  private final int lossPercent;
  private final Random random = new Random(5);
  private final ByteBuffer datagram = ByteBuffer.allocateDirect(Datagram.MAX_BYTES);

  LossyRelay(InetSocketAddress left, InetSocketAddress right, int lossPercent) throws IOException {
    this.left = left;
    this.right = right;
    this.lossPercent = lossPercent;
    channel = DatagramChannel.open();
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  InetSocketAddress address() {
    try {
      return (InetSocketAddress) channel.getLocalAddress();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Passes on what is there. */
  void turn() {
    try {
      while (true) {
        datagram.clear();
        InetSocketAddress from = (InetSocketAddress) channel.receive(datagram);
        if (from == null) {
          return;
        }
        datagram.flip();
        if (random.nextInt(100) >= lossPercent) {
          channel.send(datagram, from.equals(left) ? right : left);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
