package io.volute.transport.session;

import io.volute.identity.NodeId;
import io.volute.transport.Datagram;
import io.volute.transport.TransportCounter;
import io.volute.transport.TransportCounters;
import io.volute.transport.seal.Guard;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The sessions of a node with its peers: finds whose a datagram is, and sends what is due. All
 * times are nanoseconds on a clock that begins at 0 or above and never goes back. For one thread.
 */
public final class Sessions {
  /** Where peers are. */
  public interface Whereabouts {
    /** Empty while it is not known. */
    Optional<? extends SocketAddress> find(NodeId peer);

    /** The largest datagram that is worth trying there. */
    int maxDatagramBytes(SocketAddress address);
  }

  /** The socket. */
  @FunctionalInterface
  public interface Outlet {
    /** Returns false when it has no room now; the datagram is lost then. */
    boolean send(ByteBuffer datagram, SocketAddress to);
  }

  /** Takes the messages that arrive; the bytes are only lent. */
  @FunctionalInterface
  public interface Inlet {
    void onMessage(NodeId from, byte[] bytes, int offset, int length);
  }

  /** Is told of nodes that have called whoever is here. */
  @FunctionalInterface
  public interface Doorman {
    void onCall(NodeId stranger, SocketAddress from);
  }

  /** The largest message that is carried. */
  public static final int MAX_MESSAGE_BYTES = Credit.MAX_MESSAGE_BYTES;

  private static final long CHECK_MEMBERS_NANOS = 1_000_000_000;

  private record Route(Peer peer, Session session, Incoming.Delivery delivery) {}

  private final TransportCounters counters;
  private final Predicate<NodeId> isMember;
  private final Outlet outlet;
  private final Inlet inlet;
  private final Doorman doorman;
  private final ReceiveRoom room;
  private final Greeter greeter;
  private final Map<NodeId, Peer> peers = new LinkedHashMap<>();
  private final Long2ObjectHashMap<Route> routes = new Long2ObjectHashMap<>();
  private final ByteBuffer out = PacketLayout.allocate(PacketLayout.MAX_BYTES);
  private long nextNanos;
  private long checkedNanos;

  /**
   * @param ids random numbers that never repeat
   * @param roomBytes memory for large messages that are coming in
   */
  public Sessions(
      NodeId self,
      LongSupplier ids,
      Guard guard,
      Predicate<NodeId> isMember,
      Whereabouts whereabouts,
      Outlet outlet,
      Inlet inlet,
      Doorman doorman,
      TransportCounters counters,
      long roomBytes) {
    this.isMember = isMember;
    this.outlet = outlet;
    this.inlet = inlet;
    this.doorman = doorman;
    this.counters = counters;
    this.room = new ReceiveRoom(Math.max(roomBytes, Credit.LARGE_WINDOW_BYTES));
    byte[] id = self.text().getBytes(StandardCharsets.US_ASCII);
    this.greeter =
        new Greeter(self, new Handshake(guard, id), ids, whereabouts, outlet, room, counters);
  }

  /**
   * Keeps a message for {@link #flush}.
   *
   * @param tag what {@link #isUnderWay} knows it by
   * @return false when too much waits for the peer; the message is counted as lost
   */
  public boolean send(
      NodeId to,
      byte[] bytes,
      int offset,
      int length,
      Handling handling,
      Object tag,
      long nowNanos) {
    return peerOf(to).outbox.offer(bytes, offset, length, handling, tag, nowNanos);
  }

  /** Calls whoever is at an address. */
  public void call(SocketAddress to) {
    greeter.call(to);
  }

  /** Whether a message with this very tag was taken and has not fully arrived yet. */
  public boolean isUnderWay(NodeId to, Object tag) {
    Peer peer = peers.get(to);
    return peer != null && peer.outbox.holds(tag);
  }

  /** Changes with each session with the peer; 0 while there is none. */
  public long currentId(NodeId to) {
    Peer peer = peers.get(to);
    return peer == null || peer.current() == null ? 0 : peer.current().localId();
  }

  /** Whether there is room for more than a little. */
  public boolean hasRoom(NodeId to) {
    Peer peer = peers.get(to);
    return peer == null || peer.outbox.hasRoom();
  }

  private Peer peerOf(NodeId node) {
    return peers.computeIfAbsent(node, id -> new Peer(id, counters));
  }

  /** Takes whatever has come in, from 0 to the buffer's limit; on the heap, little-endian. */
  public void onDatagram(ByteBuffer datagram, SocketAddress from, long nowNanos) {
    counters.add(TransportCounter.RECEIVED_BYTES, datagram.limit());
    TransportCounter flaw = flawOf(datagram);
    if (flaw == null) {
      flaw =
          switch (datagram.get(PacketLayout.TYPE_OFFSET)) {
            case PacketLayout.DATA -> onData(datagram, from, nowNanos);
            case PacketLayout.HELLO -> onHello(datagram, from, nowNanos);
            case PacketLayout.WELCOME -> onWelcome(datagram, from, nowNanos);
            default -> TransportCounter.DROPPED_MALFORMED;
          };
    }
    if (flaw != null) {
      counters.increment(flaw);
    }
  }

  private static TransportCounter flawOf(ByteBuffer datagram) {
    if (datagram.limit() < PacketLayout.DATA_HEADER_BYTES) {
      return TransportCounter.DROPPED_TRUNCATED;
    }
    int magic = datagram.getInt(PacketLayout.MAGIC_OFFSET);
    if (magic != PacketLayout.MAGIC) {
      return magic == Datagram.MAGIC
          ? TransportCounter.DROPPED_OTHER_MODE
          : TransportCounter.DROPPED_FOREIGN;
    }
    return datagram.get(PacketLayout.VERSION_OFFSET) == PacketLayout.VERSION
        ? null
        : TransportCounter.DROPPED_VERSION;
  }

  private TransportCounter onData(ByteBuffer datagram, SocketAddress from, long nowNanos) {
    Route route = routes.get(PacketLayout.session(datagram));
    if (route == null) {
      return TransportCounter.DROPPED_UNKNOWN_SESSION;
    }
    Peer peer = route.peer();
    if (route.session().onDatagram(datagram, from, nowNanos, route.delivery())) {
      counters.increment(TransportCounter.RECEIVED_DATAGRAMS);
      if (route.session() != peer.current() && peer.isAnswered(route.session())) {
        forgetAnsweredUpTo(peer, route.session());
        use(peer, route.session());
      }
    }
    return null;
  }

  /**
   * The peer uses a session that it was answered with. What it began before is of another attempt,
   * or of a life that is over: nothing of it may come after this.
   */
  private void forgetAnsweredUpTo(Peer peer, Session confirmed) {
    Session first = peer.answered.remove().session();
    while (first != confirmed) {
      forget(first);
      first = peer.answered.remove().session();
    }
  }

  private TransportCounter onHello(ByteBuffer datagram, SocketAddress from, long nowNanos) {
    TransportCounter flaw = greeter.flawOfHello(datagram);
    if (flaw != null) {
      return flaw;
    }
    Optional<NodeId> node = greeter.sender(datagram);
    if (node.isPresent() && Handshake.isCall(datagram)) {
      if (!greeter.hears(node.get(), from, nowNanos)) {
        return TransportCounter.DROPPED_REPEATED;
      }
      doorman.onCall(node.get(), from);
      return null;
    }
    if (node.isEmpty() || !isMember.test(node.get())) {
      return TransportCounter.DROPPED_UNKNOWN_SENDER;
    }
    Peer peer = peerOf(node.get());
    Peer.Answered dropped = greeter.makeRoom(peer, nowNanos);
    if (dropped != null) {
      forget(dropped.session());
    }
    Optional<Session> session = greeter.answer(datagram, from, peer, nowNanos);
    if (session.isEmpty()) {
      return null;
    }
    listenTo(peer, session.get());
    return null;
  }

  private TransportCounter onWelcome(ByteBuffer datagram, SocketAddress from, long nowNanos) {
    long id = PacketLayout.session(datagram);
    for (Peer peer : peers.values()) {
      if (peer.attempt() != null && peer.attempt().session == id) {
        Session session = greeter.conclude(datagram, from, peer, nowNanos);
        if (session == null) {
          return TransportCounter.DROPPED_CHECKSUM;
        }
        listenTo(peer, session);
        // The peer agreed to this one later than to those.
        peer.answered.forEach(each -> forget(each.session()));
        peer.answered.clear();
        use(peer, session);
        return null;
      }
    }
    return TransportCounter.DROPPED_UNKNOWN_SESSION;
  }

  private void listenTo(Peer peer, Session session) {
    Incoming.Delivery delivery =
        (bytes, offset, length) -> inlet.onMessage(peer.node, bytes, offset, length);
    routes.put(session.localId(), new Route(peer, session, delivery));
  }

  private void use(Peer peer, Session session) {
    if (peer.current() != null) {
      end(peer, TransportCounter.SESSIONS_REPLACED);
    }
    peer.setCurrent(session);
    peer.setAttempt(null);
    counters.increment(TransportCounter.SESSIONS_OPENED);
  }

  private void end(Peer peer, TransportCounter why) {
    counters.increment(why);
    forget(peer.current());
    peer.setCurrent(null);
  }

  private void forget(Session session) {
    session.end();
    routes.remove(session.localId());
  }

  /** Does what is due and sends what can be sent. */
  public void flush(long nowNanos) {
    boolean checksMembers = nowNanos - checkedNanos >= CHECK_MEMBERS_NANOS;
    if (checksMembers) {
      checkedNanos = nowNanos;
      dropStrangers();
    }
    room.serveWaiting();
    nextNanos = Recovery.NEVER;
    for (Peer peer : peers.values()) {
      flush(peer, nowNanos);
    }
  }

  private void dropStrangers() {
    peers
        .values()
        .removeIf(
            peer -> {
              boolean isStranger = !isMember.test(peer.node);
              if (isStranger && peer.current() != null) {
                end(peer, TransportCounter.SESSIONS_CLOSED);
              }
              if (isStranger) {
                peer.answered.forEach(each -> forget(each.session()));
                peer.outbox.giveUp();
              }
              return isStranger || peer.isIdle();
            });
  }

  private void flush(Peer peer, long nowNanos) {
    Session session = peer.current();
    if (session != null && (session.isClosedByPeer() || session.isSilent(nowNanos))) {
      end(
          peer,
          session.isClosedByPeer()
              ? TransportCounter.SESSIONS_CLOSED
              : TransportCounter.SESSIONS_SILENT);
    }
    while (!peer.answered.isEmpty() && Greeter.isOver(peer.answered.peek(), nowNanos)) {
      forget(peer.answered.poll().session());
    }
    peer.outbox.onTurn(nowNanos);
    session = peer.current();
    if (session == null) {
      nextNanos = Math.min(nextNanos, greeter.greet(peer, nowNanos));
      return;
    }
    session.onTurn(nowNanos);
    for (ByteBuffer next = session.next(out, nowNanos);
        next != null;
        next = session.next(out, nowNanos)) {
      counters.increment(TransportCounter.SENT_DATAGRAMS);
      counters.add(TransportCounter.SENT_BYTES, next.limit());
      if (!outlet.send(next, session.address())) {
        counters.increment(TransportCounter.LOST_SOCKET_FULL);
        break;
      }
    }
    nextNanos = Math.min(nextNanos, session.nextNanos());
  }

  /** When {@link #flush} must be called at the latest; {@link Long#MAX_VALUE} for never. */
  public long nextNanos() {
    return nextNanos;
  }

  /** Tells all peers that this node ends. */
  public void close() {
    for (Peer peer : peers.values()) {
      if (peer.current() != null) {
        outlet.send(peer.current().close(out), peer.current().address());
        end(peer, TransportCounter.SESSIONS_CLOSED);
      }
    }
  }

  /** Bytes that wait for a peer or are under way to it. */
  long outgoingBytes(NodeId peer) {
    return peers.containsKey(peer) ? peers.get(peer).outbox.bytes() : 0;
  }

  /** The session with a peer; for tests. */
  Optional<Session> session(NodeId peer) {
    return Optional.ofNullable(peers.get(peer)).map(Peer::current);
  }

  ReceiveRoom room() {
    return room;
  }
}
