package io.volute.transport.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Many datagrams by one call of the system, on the very socket of Java's channel. What the system
 * doesn't take so is given to the channel, one by one, which also knows what the matter is.
 */
final class BatchedIo implements DatagramIo {
  private final DatagramChannel channel;
  private final int socket;
  private final SendBatch outgoing;
  private final ReceiveBatch incoming;
  private final Ways ways = new Ways();

  /** The last call brought all that was there: the next answer is "none", without a call. */
  private boolean isDrained;

  private BatchedIo(DatagramChannel channel, int socket, int family) {
    this.channel = channel;
    this.socket = socket;
    SystemAddresses addresses = new SystemAddresses(family);
    this.outgoing = new SendBatch(addresses);
    this.incoming = new ReceiveBatch(addresses);
  }

  /** Empty where this Java or this system doesn't have what it takes. */
  static Optional<BatchedIo> open(DatagramChannel channel) {
    try {
      if (!NativeCalls.areThere()) {
        return Optional.empty();
      }
      Optional<Integer> socket = NativeCalls.descriptorOf(channel);
      return socket.isEmpty() ? Optional.empty() : open(channel, socket.get());
    } catch (LinkageError e) {
      // Started without the flags that Agrona needs.
      return Optional.empty();
    }
  }

  private static Optional<BatchedIo> open(DatagramChannel channel, int socket) {
    int family = familyOf(socket);
    if (family != SystemLayout.AF_INET && family != SystemLayout.AF_INET6) {
      return Optional.empty();
    }
    UnsafeBuffer on = SendBatch.allocate(Integer.BYTES);
    on.putInt(0, 1);
    // Without it datagrams come one by one, which is as good.
    NativeCalls.setOption(
        socket, SystemLayout.SOL_UDP, SystemLayout.UDP_GRO, on.addressOffset(), Integer.BYTES);
    return Optional.of(new BatchedIo(channel, socket, family));
  }

  private static int familyOf(int socket) {
    UnsafeBuffer name = SendBatch.allocate(SystemAddresses.NAME_BYTES + Integer.BYTES);
    name.putInt(SystemAddresses.NAME_BYTES, SystemAddresses.NAME_BYTES);
    long address = name.addressOffset();
    boolean known = NativeCalls.ownName(socket, address, address + SystemAddresses.NAME_BYTES);
    return known ? name.getShort(0) : 0;
  }

  @Override
  public boolean send(ByteBuffer datagram, SocketAddress to) throws IOException {
    if (!channel.isOpen()) {
      // Its number may be another file's by now.
      throw new ClosedChannelException();
    }
    if (outgoing.add(datagram, to)) {
      return true;
    }
    if (flush() > 0) {
      return false;
    }
    // A socket that can't reach this address says so through the channel.
    return outgoing.add(datagram, to) || channel.send(datagram, to) > 0;
  }

  @Override
  public int flush() {
    if (outgoing.isEmpty()) {
      return 0;
    }
    return outgoing.sendBy(ways);
  }

  /** The two ways into this socket. */
  private final class Ways implements SendBatch.Ways {
    @Override
    public int sendMany(long headers, int messages) {
      return channel.isOpen() ? NativeCalls.sendMany(socket, headers, messages) : 0;
    }

    @Override
    public int sendOne(ByteBuffer datagram, SocketAddress to) throws IOException {
      return channel.send(datagram, to);
    }
  }

  @Override
  public SocketAddress receive(ByteBuffer datagram) throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    if (incoming.isEmpty() && !refill()) {
      return null;
    }
    return incoming.take(datagram);
  }

  private boolean refill() {
    if (isDrained) {
      isDrained = false;
      return false;
    }
    int came = NativeCalls.receiveMany(socket, incoming.prepare(), ReceiveBatch.MAX_MESSAGES);
    incoming.filled(Math.max(0, came));
    isDrained = came > 0 && came < ReceiveBatch.MAX_MESSAGES;
    return came > 0;
  }

  @Override
  public boolean holdsReceived() {
    return !incoming.isEmpty();
  }
}
