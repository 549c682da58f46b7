package io.volute.membership.swim;

import io.volute.command.Answer.MemberState;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.message.Message.Accusation;
import java.util.Set;
import java.util.TreeSet;

/** What this node has seen and heard of one peer. */
final class Peer {
  static final long NEVER = Long.MAX_VALUE;

  final NodeId id;
  Endpoint endpoint;

  /**
   * The newest word of it that is known; accusations speak of one word, and a newer one refutes.
   */
  private long incarnation;

  private long counter;

  /** Who has accused it since that word. */
  final Set<NodeId> accusers = new TreeSet<>();

  boolean deathTold;

  MemberState state = MemberState.ALIVE;

  /** There while it is suspect. */
  Suspicion suspicion;

  /** An accusation that this node would rather check first; null for none. */
  NodeId doubtedBy;

  long doubtedAtMillis;

  /** When a message of it came in last. */
  long heardAtMillis;

  /** When it last answered, so that both ways are open. */
  long answeredAtMillis;

  /** Since when it owes an answer. */
  long askedAtMillis = NEVER;

  long probedAtMillis;

  /** Whether it answers this node itself. */
  boolean inContact = true;

  /** What observers were told last. */
  boolean reachable = true;

  /** When it was last told to be lost; means something while it is not reachable. */
  long lostAtMillis;

  /** A new peer is given the benefit of the doubt. */
  Peer(MemberRecord record, long nowMillis) {
    id = record.id();
    endpoint = record.entry().endpoint();
    incarnation = record.incarnation();
    counter = record.counter();
    heardAtMillis = nowMillis;
    answeredAtMillis = nowMillis;
    probedAtMillis = nowMillis;
  }

  /** Whether the record is a newer word than was known. */
  boolean update(MemberRecord record) {
    endpoint = record.entry().endpoint();
    if (!isNewer(record.incarnation(), record.counter())) {
      return false;
    }
    incarnation = record.incarnation();
    counter = record.counter();
    accusers.clear();
    deathTold = false;
    doubtedBy = null;
    return true;
  }

  private boolean isNewer(long otherIncarnation, long otherCounter) {
    return otherIncarnation != incarnation
        ? otherIncarnation > incarnation
        : otherCounter > counter;
  }

  /** Whether this was refuted already. */
  boolean isOutdated(Accusation accusation) {
    return accusation.incarnation() != incarnation
        ? accusation.incarnation() < incarnation
        : accusation.counter() < counter;
  }

  Accusation accusation(NodeId accuser, boolean dead) {
    return new Accusation(accuser, id, incarnation, counter, dead);
  }

  boolean owesAnswer() {
    return askedAtMillis != NEVER;
  }
}
