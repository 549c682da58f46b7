package io.volute.transport.session;

import io.volute.identity.NodeId;
import io.volute.transport.TransportCounter;
import io.volute.transport.TransportCounters;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.Protection;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Begins sessions: a hello, a welcome, and the first data that confirms them. The side that answers
 * sends one datagram for one, and nothing else until the other has shown by its keys that it
 * received the answer: a repeated or forged hello ends no session and amplifies nothing.
 */
final class Greeter {
  /** Handshakes of one peer that may wait for confirmation at a time. */
  private static final int MAX_ANSWERED = 4;

  private static final long ANSWERED_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MAKE_ROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * When both sides begin at once, the one with the smaller id goes on, unless its hellos seem not
   * to arrive.
   */
  private static final long PRECEDENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long one that has answered waits for the confirmation before it begins by itself. */
  private static final long[] YIELD_NANOS = {
    TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(3)
  };

  private final NodeId self;
  private final Handshake handshake;
  private final LongSupplier ids;
  private final Sessions.Whereabouts whereabouts;
  private final Sessions.Outlet outlet;
  private final ReceiveRoom room;
  private final TransportCounters counters;
  private final Callers callers = new Callers();

  Greeter(
      NodeId self,
      Handshake handshake,
      LongSupplier ids,
      Sessions.Whereabouts whereabouts,
      Sessions.Outlet outlet,
      ReceiveRoom room,
      TransportCounters counters) {
    this.self = self;
    this.handshake = handshake;
    this.ids = ids;
    this.whereabouts = whereabouts;
    this.outlet = outlet;
    this.room = room;
    this.counters = counters;
  }

  static boolean isOver(Peer.Answered answered, long nowNanos) {
    return nowNanos - answered.atNanos() >= ANSWERED_NANOS;
  }

  /**
   * Says hello where something waits and it is time to.
   *
   * @return when it will be time again
   */
  long greet(Peer peer, long nowNanos) {
    if (!peer.outbox.hasWaiting()) {
      peer.setAttempt(null);
      return Recovery.NEVER;
    }
    long yieldsUntil = yieldsUntilNanos(peer);
    if (nowNanos < yieldsUntil) {
      return yieldsUntil;
    }
    Peer.Attempt attempt = peer.attempt();
    if (attempt == null) {
      Guard.Opening opening = handshake.guard().open();
      attempt = new Peer.Attempt(ids.getAsLong(), opening, nowNanos);
      handshake.writeHello(attempt.hello, attempt.session, opening.share(), peer.id);
      peer.setAttempt(attempt);
    }
    if (nowNanos >= attempt.nextNanos()) {
      attempt.onSent(nowNanos);
      Optional<? extends SocketAddress> address = whereabouts.find(peer.node);
      if (address.isEmpty()) {
        counters.increment(TransportCounter.LOST_UNRESOLVED);
      } else if (callers.mayGreet(peer.node, address.get(), nowNanos)) {
        transmit(attempt.hello, address.get());
      }
    }
    return attempt.nextNanos();
  }

  /**
   * Who answers gives its own attempt up: else each side might end up with another session. But not
   * for several in a row, since somebody may be repeating old hellos.
   */
  private static boolean isYielding(Peer peer) {
    return peer.answered.size() == 1;
  }

  /** The longer one for the larger id, so that two that both gave way don't meet again. */
  private long yieldsUntilNanos(Peer peer) {
    if (!isYielding(peer)) {
      return 0;
    }
    long pause = YIELD_NANOS[self.text().compareTo(peer.node.text()) < 0 ? 0 : 1];
    return peer.answered.peekLast().atNanos() + pause;
  }

  /** Whether a call without a flaw is to be heard. */
  boolean hears(NodeId caller, SocketAddress from, long nowNanos) {
    return callers.hear(caller, from, nowNanos);
  }

  /** Calls whoever is there: a hello that asks for no session. */
  void call(SocketAddress to) {
    ByteBuffer hello = PacketLayout.allocate(PacketLayout.HANDSHAKE_BYTES);
    byte[] share = handshake.guard().open().share();
    handshake.writeHello(hello, ids.getAsLong(), share, Handshake.ANYBODY);
    transmit(hello, to);
  }

  private void transmit(ByteBuffer datagram, SocketAddress to) {
    counters.increment(TransportCounter.SENT_DATAGRAMS);
    counters.add(TransportCounter.SENT_BYTES, datagram.limit());
    outlet.send(datagram.duplicate(), to);
  }

  /** Why a hello is dropped; null for a good one. */
  TransportCounter flawOfHello(ByteBuffer hello) {
    if (!handshake.isWellFormed(hello)) {
      return TransportCounter.DROPPED_MALFORMED;
    }
    if (handshake.guard().checkHello(hello) < 0) {
      return TransportCounter.DROPPED_OTHER_KEY;
    }
    if (handshake.isFromSelf(hello)) {
      return TransportCounter.DROPPED_OWN_NAME;
    }
    return handshake.isForSelf(hello) || Handshake.isCall(hello)
        ? null
        : TransportCounter.DROPPED_WRONG_RECEIVER;
  }

  /** Empty when it is no node's id. */
  Optional<NodeId> sender(ByteBuffer hello) {
    String text = new String(Handshake.sender(hello), StandardCharsets.US_ASCII);
    return NodeId.isValid(text) ? Optional.of(new NodeId(text)) : Optional.empty();
  }

  /** Takes the oldest unconfirmed handshake out where they have become too many; else null. */
  Peer.Answered makeRoom(Peer peer, long nowNanos) {
    boolean full = peer.answered.size() >= MAX_ANSWERED;
    return full && nowNanos - peer.answered.peek().atNanos() >= MAKE_ROOM_NANOS
        ? peer.answered.poll()
        : null;
  }

  /** Answers a hello that has no flaw; returns the session that it may become. */
  Optional<Session> answer(ByteBuffer hello, SocketAddress from, Peer peer, long nowNanos) {
    long remoteId = Handshake.senderSession(hello);
    if (peer.current() != null && peer.current().remoteId() == remoteId) {
      return Optional.empty();
    }
    Peer.Answered before = peer.answeredTo(remoteId);
    if (before != null) {
      // The welcome was lost, or the hello was repeated on its way.
      transmit(before.welcome(), from);
      return Optional.empty();
    }
    if (hasPrecedence(peer, nowNanos)) {
      return Optional.empty();
    }
    if (peer.answered.size() >= MAX_ANSWERED) {
      counters.increment(TransportCounter.DROPPED_HANDSHAKES);
      return Optional.empty();
    }
    Guard guard = handshake.guard();
    Guard.Answering answering =
        guard.answer(hello, Handshake.share(hello), guard.checkHello(hello));
    if (answering == null) {
      counters.increment(TransportCounter.DROPPED_MALFORMED);
      return Optional.empty();
    }
    long localId = ids.getAsLong();
    ByteBuffer welcome = PacketLayout.allocate(PacketLayout.HANDSHAKE_BYTES);
    handshake.writeWelcome(welcome, remoteId, localId, answering.share(), peer.id);
    Protection protection = answering.conclude(welcome);
    Session session = newSession(localId, remoteId, from, protection, peer, nowNanos);
    peer.answered.add(new Peer.Answered(session, welcome, nowNanos));
    if (isYielding(peer)) {
      peer.setAttempt(null);
    }
    transmit(welcome, from);
    return Optional.of(session);
  }

  private boolean hasPrecedence(Peer peer, long nowNanos) {
    return peer.attempt() != null
        && self.text().compareTo(peer.node.text()) < 0
        && nowNanos - peer.attempt().begunNanos < PRECEDENCE_NANOS;
  }

  /** Takes the answer to our hello; returns the session, or null where it proves nothing. */
  Session conclude(ByteBuffer welcome, SocketAddress from, Peer peer, long nowNanos) {
    Peer.Attempt attempt = peer.attempt();
    if (!handshake.isWellFormed(welcome)
        || !handshake.isForSelf(welcome)
        || !Handshake.isFrom(welcome, peer.id)) {
      return null;
    }
    Protection protection =
        attempt.opening.conclude(attempt.hello, welcome, Handshake.share(welcome));
    if (protection == null) {
      return null;
    }
    long remoteId = Handshake.senderSession(welcome);
    Session session = newSession(attempt.session, remoteId, from, protection, peer, nowNanos);
    attempt.roundTripNanos(nowNanos).ifPresent(session.recovery()::onFirstRoundTrip);
    // So that the peer knows at once that its answer has arrived.
    session.ping();
    return session;
  }

  private Session newSession(
      long localId,
      long remoteId,
      SocketAddress address,
      Protection protection,
      Peer peer,
      long nowNanos) {
    return new Session(
        localId,
        remoteId,
        address,
        protection,
        peer.outbox,
        room,
        counters,
        whereabouts::maxDatagramBytes,
        nowNanos);
  }
}
