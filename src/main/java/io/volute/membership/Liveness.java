package io.volute.membership;

import io.volute.command.Answer.MemberState;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.Wire;
import io.volute.settings.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which peers answer. Each peer is probed in every interval in which nothing was heard from it; any
 * message from it counts as a sign of life. Silence makes it suspect, then dead; a word from it
 * makes it alive again at once.
 *
 * <p>Cost: at most one probe and one answer per peer and interval, none to a peer that talks
 * anyway. This first form suits clusters of tens of members; every member decides for itself.
 */
public final class Liveness implements Roster.Observer {
  private static final int MAX_DEPARTED = 1024;

  /** Is told of peers that come and go. */
  public interface Observer {
    /** The peer answers, after it had not. */
    void onPeerReachable(NodeId peer);

    /** The peer has stopped answering. */
    void onPeerUnreachable(NodeId peer);
  }

  private static final class Peer {
    Endpoint endpoint;
    long heardAtMillis;
    MemberState state = MemberState.ALIVE;

    Peer(Endpoint endpoint, long now) {
      this.endpoint = endpoint;
      // A peer is given the benefit of the doubt for the first suspicion timeout.
      this.heardAtMillis = now;
    }
  }

  private final Clock clock;
  private final Wire wire;
  private final Tuning tuning;
  private Roster roster;
  private final SortedMap<NodeId, Peer> peers = new TreeMap<>();

  /** Who is in the midst of asking somebody may still name it a moment after it has gone. */
  private final SortedMap<NodeId, Endpoint> departed = new TreeMap<>();

  private final List<Observer> observers = new ArrayList<>();
  private long nextProbeId;

  public Liveness(Clock clock, Wire wire, Tuning tuning, Roster roster, long firstProbeId) {
    this.clock = clock;
    this.wire = wire;
    this.tuning = tuning;
    this.roster = roster;
    this.nextProbeId = firstProbeId;
    for (MemberEntry peer : roster.peers()) {
      peers.put(peer.id(), new Peer(peer.endpoint(), clock.monotonicMillis()));
    }
  }

  public Roster roster() {
    return roster;
  }

  @Override
  public void onRosterChanged(Roster before, Roster after) {
    roster = after;
    for (MemberEntry member : after.peers()) {
      Peer known = peers.get(member.id());
      if (known == null) {
        peers.put(member.id(), new Peer(member.endpoint(), clock.monotonicMillis()));
      } else {
        known.endpoint = member.endpoint();
      }
    }
    for (MemberEntry member : before.peers()) {
      if (!after.contains(member.id())) {
        peers.remove(member.id());
        departed.put(member.id(), member.endpoint());
      }
    }
    if (departed.size() > MAX_DEPARTED) {
      departed.remove(departed.firstKey());
    }
  }

  public void observe(Observer observer) {
    observers.add(observer);
  }

  /** Whether it makes sense to ask this member for something now; this node always is. */
  public boolean isReachable(NodeId node) {
    if (roster.isSelf(node)) {
      return true;
    }
    Peer peer = peers.get(node);
    return peer != null && peer.state == MemberState.ALIVE;
  }

  /** Whether it has been silent for so long that nobody waits for it. */
  public boolean isDead(NodeId node) {
    return stateOf(node) == MemberState.DEAD;
  }

  /** What is believed of a member; {@code LEFT} for one that is not in the roster. */
  public MemberState stateOf(NodeId node) {
    if (roster.isSelf(node)) {
      return MemberState.ALIVE;
    }
    Peer peer = peers.get(node);
    return peer == null ? MemberState.LEFT : peer.state;
  }

  /** Where a member is, or was when it left. */
  public Optional<Endpoint> endpoint(NodeId node) {
    return roster
        .find(node)
        .map(MemberEntry::endpoint)
        .or(() -> Optional.ofNullable(departed.get(node)));
  }

  /** Any message from a peer has come in. */
  public void onHeard(NodeId from) {
    Peer peer = peers.get(from);
    if (peer == null) {
      return;
    }
    peer.heardAtMillis = clock.monotonicMillis();
    if (peer.state != MemberState.ALIVE) {
      peer.state = MemberState.ALIVE;
      observers.forEach(observer -> observer.onPeerReachable(from));
    }
  }

  public void onProbe(Endpoint from, Message.Probe probe) {
    wire.send(from, new Message.ProbeAck(probe.requestId()));
  }

  /** Once in each probe interval. */
  public void onInterval() {
    long now = clock.monotonicMillis();
    for (Peer peer : peers.values()) {
      long silentMillis = now - peer.heardAtMillis;
      if (silentMillis >= tuning.deadAfterMillis()) {
        become(peer, MemberState.DEAD);
      } else if (silentMillis >= tuning.suspectAfterMillis()) {
        become(peer, MemberState.SUSPECT);
      }
      if (silentMillis >= tuning.probeIntervalMillis() / 2) {
        wire.send(peer.endpoint, new Message.Probe(nextProbeId++));
      }
    }
  }

  private void become(Peer peer, MemberState state) {
    MemberState before = peer.state;
    peer.state = state;
    if (before == MemberState.ALIVE) {
      NodeId node = peer.endpoint.node();
      observers.forEach(observer -> observer.onPeerUnreachable(node));
    }
  }
}
