package io.volute.transport;

import io.volute.codec.MalformedMessageException;
import io.volute.codec.MessageDecoder;
import io.volute.codec.MessageEncoder;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.transport.seal.Guard;
import io.volute.transport.session.Handling;
import io.volute.transport.session.Sessions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Reliable sessions with the peers over one socket: what is lost is sent again, large messages are
 * cut up, and nobody is sent more than it and the network can take. What the state machines decide
 * in {@code session} meets the clock and the socket here.
 */
public final class ReliableTransport implements PeerTransport {
  /** Values up to this size are held in memory on both sides while they are under way. */
  static final int MAX_VALUE_BYTES = 8 << 20;

  private static final int HEAP_PARTS_PER_VALUE = 32;
  private static final int HEAP_PARTS_FOR_ROOM = 8;
  private static final long MOST_ROOM_BYTES = 64L << 20;

  /** Far more than members; all but those of members that are gone come back with a message. */
  private static final int MAX_HOSTS = 4096;

  /** A single one may have been damaged on its way. */
  private static final int OTHER_KEY_HELLOS = 3;

  private final PeerSocket socket;
  private final TransportCounters counters;
  private final ExecutorService resolver = AddressBook.newResolver();
  private final AddressBook addresses;
  private final PathSizes pathSizes = new PathSizes();
  private final Sessions sessions;
  private final OnceSaid otherMode;
  private final OnceSaid otherKey;
  private final MessageEncoder encoder = new MessageEncoder(Sessions.MAX_MESSAGE_BYTES);
  private final MessageDecoder decoder = new MessageDecoder();
  private final Repeats repeats = new Repeats();
  private final Map<NodeId, HostPort> hosts = new HashMap<>();
  private final ByteBuffer incoming =
      ByteBuffer.allocate(Datagram.MAX_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
  private final long originNanos = System.nanoTime();
  private MessageHandler handler = (from, message) -> {};
  private Message lastEncoded;
  private int lastLength;

  private ReliableTransport(
      PeerSocket socket,
      TransportCounters counters,
      NodeId self,
      Guard guard,
      Predicate<NodeId> isMember) {
    this.socket = socket;
    this.counters = counters;
    this.addresses = new AddressBook(InetAddress::getByName, resolver, System::nanoTime, counters);
    SecureRandom random = new SecureRandom();
    long heapBytes = Runtime.getRuntime().maxMemory();
    this.sessions =
        new Sessions(
            self,
            random::nextLong,
            guard,
            isMember,
            new Places(),
            this::transmit,
            this::onMessage,
            this::onCall,
            counters,
            Math.min(MOST_ROOM_BYTES, heapBytes / HEAP_PARTS_FOR_ROOM));
    this.otherMode =
        new OnceSaid(
            counters,
            TransportCounter.DROPPED_OTHER_MODE,
            1,
            "a member sends plain datagrams (--udp) and is not understood, since this node uses"
                + " the reliable transport: all members of a cluster must agree");
    this.otherKey =
        new OnceSaid(
            counters,
            TransportCounter.DROPPED_OTHER_KEY,
            OTHER_KEY_HELLOS,
            "somebody who does not prove this node's cluster key wants to talk and is not answered:"
                + " all members of a cluster need the same --cluster-key, or none");
  }

  /**
   * Binds the socket.
   *
   * @param bindHost a name or a literal address, IPv6 without brackets; a name is looked up here
   * @param port 0 for any that is free
   * @param self this node
   * @param guard what protects datagrams; the same for all members
   * @param isMember whose datagrams are accepted; asked by the owner's thread
   * @throws IOException with one line that names the address and the reason, such as a port in use
   */
  public static ReliableTransport open(
      String bindHost, int port, NodeId self, Guard guard, Predicate<NodeId> isMember)
      throws IOException {
    TransportCounters counters = new TransportCounters();
    PeerSocket socket = PeerSocket.open(bindHost, port, counters);
    return new ReliableTransport(socket, counters, self, guard, isMember);
  }

  /** Where peers are, for the sessions. */
  private final class Places implements Sessions.Whereabouts {
    @Override
    public Optional<InetSocketAddress> find(NodeId peer) {
      HostPort host = hosts.get(peer);
      return host == null ? Optional.empty() : addresses.find(host);
    }

    @Override
    public int maxDatagramBytes(SocketAddress address) {
      return pathSizes.maxDatagramBytes(address);
    }
  }

  private long nowNanos() {
    return System.nanoTime() - originNanos;
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
    long heapShare = Runtime.getRuntime().maxMemory() / HEAP_PARTS_PER_VALUE;
    return (int) Math.min(MAX_VALUE_BYTES, heapShare);
  }

  /**
   * Keeps the message until it has arrived or is given up. A repeat of one that is still under way,
   * or was just delivered and is large, is not sent.
   */
  @Override
  public void send(Endpoint to, Message message) {
    NodeId peer = to.node();
    if (hosts.size() >= MAX_HOSTS) {
      hosts.clear();
    }
    hosts.put(peer, to.address());
    long nowNanos = nowNanos();
    if (sessions.isUnderWay(peer, message)
        || repeats.isNeedless(peer, message, sessions, nowNanos)) {
      counters.increment(TransportCounter.SUPPRESSED_REPEATS);
      return;
    }
    int length = encode(message);
    if (length == MessageEncoder.UNENCODABLE) {
      counters.increment(TransportCounter.LOST_UNENCODABLE);
      return;
    }
    Handling handling = Urgency.of(message);
    if (sessions.send(peer, encoder.bytes(), 0, length, handling, message, nowNanos)) {
      counters.increment(TransportCounter.SENT_MESSAGES);
      repeats.onSent(peer, message, length, sessions, nowNanos);
    }
  }

  /** A change goes to all owners of its key in a row: it is encoded for the first only. */
  private int encode(Message message) {
    if (message != lastEncoded) {
      lastLength = encoder.encode(message);
      lastEncoded = message;
    }
    return lastLength;
  }

  @Override
  public boolean hasRoom(NodeId to) {
    return sessions.hasRoom(to);
  }

  @Override
  public int poll(MessageHandler takes, int limit) {
    handler = takes;
    int received = 0;
    while (received < limit) {
      SocketAddress from = socket.receive(incoming);
      if (from == null) {
        break;
      }
      received++;
      sessions.onDatagram(incoming, from, nowNanos());
    }
    otherMode.look();
    otherKey.look();
    return received;
  }

  private void onMessage(NodeId from, byte[] bytes, int offset, int length) {
    Message message;
    try {
      message = decoder.decode(bytes, offset, length);
    } catch (MalformedMessageException e) {
      // It may be of a kind that is newer than us.
      counters.increment(TransportCounter.DROPPED_MALFORMED_MESSAGES);
      return;
    }
    counters.increment(TransportCounter.RECEIVED_MESSAGES);
    handler.onMessage(from, message);
  }

  private void onCall(NodeId stranger, SocketAddress from) {
    SeenAt.of(from).ifPresent(seenAt -> handler.onSeek(stranger, seenAt));
  }

  @Override
  public void seek(HostPort address) {
    addresses.find(address).ifPresent(sessions::call);
    socket.flush();
  }

  private boolean transmit(ByteBuffer datagram, SocketAddress to) {
    try {
      return socket.send(datagram, to) > 0;
    } catch (IOException | IllegalArgumentException e) {
      // The latter for an address of a family that the socket doesn't have.
      counters.increment(TransportCounter.LOST_SEND_FAILED);
      return true;
    }
  }

  @Override
  public void flush() {
    lastEncoded = null;
    sessions.flush(nowNanos());
    socket.flush();
  }

  @Override
  public long restMillis() {
    long next = sessions.nextNanos();
    if (next == Long.MAX_VALUE) {
      return next;
    }
    long restNanos = next - nowNanos();
    long millis = TimeUnit.NANOSECONDS.toMillis(restNanos);
    return restNanos > 0 ? millis + 1 : 0;
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
    sessions.close();
    socket.flush();
    resolver.shutdownNow();
    socket.close();
  }
}
