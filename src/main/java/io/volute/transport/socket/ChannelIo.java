package io.volute.transport.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** One call of the system for each datagram: works everywhere. */
final class ChannelIo implements DatagramIo {
  private final DatagramChannel channel;

  ChannelIo(DatagramChannel channel) {
    this.channel = channel;
  }

  @Override
  public boolean send(ByteBuffer datagram, SocketAddress to) throws IOException {
    return channel.send(datagram, to) > 0;
  }

  @Override
  public int flush() {
    return 0;
  }

  @Override
  public SocketAddress receive(ByteBuffer datagram) throws IOException {
    datagram.clear();
    SocketAddress from = channel.receive(datagram);
    datagram.flip();
    return from;
  }

  @Override
  public boolean holdsReceived() {
    return false;
  }
}
