package io.volute.transport;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;

/**
 * Plain datagrams, as they are: what {@code --udp} asks for. What is lost stays lost; the protocols
 * above repeat or repair.
 */
public final class DatagramTransport implements PeerTransport {
  private final PeerSocket socket;
  private final ExecutorService resolver = AddressBook.newResolver();
  private final TransportCounters counters;
  private final Sender sender;
  private final Receiver receiver;
  private final OnceSaid otherMode;
  private final ByteBuffer incoming = Datagram.allocate(Datagram.MAX_BYTES + 1);

  private DatagramTransport(
      PeerSocket socket,
      TransportCounters counters,
      NodeId self,
      long session,
      Predicate<NodeId> isMember) {
    this.socket = socket;
    this.counters = counters;
    AddressBook addresses =
        new AddressBook(InetAddress::getByName, resolver, System::nanoTime, counters);
    this.sender = new Sender(self, session, socket::send, addresses, counters);
    this.receiver = new Receiver(self, session, isMember, counters);
    this.otherMode =
        new OnceSaid(
            counters,
            TransportCounter.DROPPED_OTHER_MODE,
            1,
            "a member uses the reliable transport and is not understood, since this node runs"
                + " with --udp: all members of a cluster must agree");
  }

  /**
   * Binds the socket.
   *
   * @param bindHost a name or a literal address, IPv6 without brackets; a name is looked up here
   * @param port 0 for any that is free
   * @param self this node
   * @param session a random number, new with each start of the process
   * @param isMember whose datagrams are accepted; asked for each one, by the owner's thread
   * @throws IOException with one line that names the address and the reason, such as a port in use
   */
  public static DatagramTransport open(
      String bindHost, int port, NodeId self, long session, Predicate<NodeId> isMember)
      throws IOException {
    TransportCounters counters = new TransportCounters();
    PeerSocket socket = PeerSocket.open(bindHost, port, counters);
    return new DatagramTransport(socket, counters, self, session, isMember);
  }

  @Override
  public InetSocketAddress localAddress() {
    return socket.localAddress();
  }

  @Override
  public TransportCounters counters() {
    return counters;
  }

  @Override
  public int maxValueBytes() {
    return Datagram.MAX_VALUE_BYTES;
  }

  /** Keeps the message until {@link #flush}. */
  @Override
  public void send(Endpoint to, Message message) {
    sender.send(to, message);
  }

  @Override
  public void seek(HostPort address) {
    sender.call(address);
    socket.flush();
  }

  /** Sends all messages since the last flush; what the socket can't take is lost. */
  @Override
  public void flush() {
    sender.flush();
    socket.flush();
  }

  @Override
  public long restMillis() {
    return Long.MAX_VALUE;
  }

  @Override
  public int poll(MessageHandler handler, int limit) {
    int received = 0;
    while (received < limit) {
      SocketAddress from = socket.receive(incoming);
      if (from == null) {
        break;
      }
      received++;
      receiver.receive(incoming, from, handler);
    }
    otherMode.look();
    return received;
  }

  @Override
  public void await(long maxMillis) {
    socket.await(maxMillis);
  }

  @Override
  public void wakeup() {
    socket.wakeup();
  }

  @Override
  public void close() {
    resolver.shutdownNow();
    socket.close();
  }
}
