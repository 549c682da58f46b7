package io.volute.transport.session;

import io.volute.identity.NodeId;
import io.volute.transport.TransportCounters;
import io.volute.transport.seal.Guard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is known of one peer: what waits for it, the session with it, and handshakes under way. */
final class Peer {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Our handshake, until it is answered. */
  static final class Attempt {
    final long session;
    final Guard.Opening opening;
    final ByteBuffer hello = PacketLayout.allocate(PacketLayout.HANDSHAKE_BYTES);
    final long begunNanos;
    private long sentNanos;
    private long nextNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private int times;

    Attempt(long session, Guard.Opening opening, long nowNanos) {
      this.session = session;
      this.opening = opening;
      this.begunNanos = nowNanos;
      this.nextNanos = nowNanos;
    }

    long nextNanos() {
      return nextNanos;
    }

    void onSent(long nowNanos) {
      sentNanos = nowNanos;
      nextNanos = nowNanos + pauseNanos;
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
      times++;
    }

    /** Empty when it is not known which of several was answered. */
    Optional<Long> roundTripNanos(long nowNanos) {
      return times == 1 ? Optional.of(nowNanos - sentNanos) : Optional.empty();
    }
  }

  /** A handshake of the peer that was answered and is not confirmed by a datagram yet. */
  record Answered(Session session, ByteBuffer welcome, long atNanos) {}

  final NodeId node;
  final byte[] id;
  final Outbox outbox;

  /** In the order in which they were answered. */
  final ArrayDeque<Answered> answered = new ArrayDeque<>();

  private Session current;
  private Attempt attempt;

  Peer(NodeId node, TransportCounters counters) {
    this.node = node;
    this.id = node.text().getBytes(StandardCharsets.US_ASCII);
    this.outbox = new Outbox(counters);
  }

  /** The session that is in use; null for none. */
  Session current() {
    return current;
  }

  void setCurrent(Session session) {
    current = session;
  }

  /** Our handshake that is under way; null for none. */
  Attempt attempt() {
    return attempt;
  }

  void setAttempt(Attempt newAttempt) {
    attempt = newAttempt;
  }

  /** The answered handshake that the peer began with this session id; null for none. */
  Answered answeredTo(long remoteId) {
    for (Answered each : answered) {
      if (each.session().remoteId() == remoteId) {
        return each;
      }
    }
    return null;
  }

  /** Whether it is a session that waits for confirmation. */
  boolean isAnswered(Session session) {
    return answered.stream().anyMatch(each -> each.session() == session);
  }

  boolean isIdle() {
    return current == null && attempt == null && answered.isEmpty() && outbox.messages() == 0;
  }
}
