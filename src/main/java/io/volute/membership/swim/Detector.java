package io.volute.membership.swim;

import io.volute.command.Answer.MemberState;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.Accusation;
import io.volute.port.Dice;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who is believed alive, suspect or dead, and who answers this node itself.
 *
 * <p>The first is the members' common belief: SWIM's. The second, {@link #isReachable}, is what
 * requests need: a peer that others vouch for, but that does not answer here, is of no use here.
 *
 * <p>A sign of life from a peer itself always wins over what others say: it is alive for this node
 * at once, and is told what it is accused of so that it can refute it everywhere. For one thread.
 */
public final class Detector {
  /** What the detector tells. */
  public interface Listener {
    void onReachable(NodeId peer);

    void onUnreachable(NodeId peer);

    /** A peer is dead by the members' belief, or has come back. */
    void onDead(NodeId peer, boolean dead);

    /** To be spread among the members. */
    void onNews(Accusation accusation);

    /**
     * This node itself is accused, and it isn't so.
     *
     * @return whether the accusation was about its latest word, and a new one was spoken
     */
    boolean onAccused(Endpoint by, Accusation accusation);

    /** Somebody accuses a peer that has spoken since. */
    void onOutdated(Endpoint by, NodeId peer);

    /** Something is being sent to a peer that has room for news. */
    void onOccasion(Endpoint peer);
  }

  /** Confirmations beyond these change nothing, so they are not passed on. */
  private static final int MAX_CONFIRMATIONS = 4;

  private final NodeId self;
  private final NetworkTuning tuning;
  private final Wire wire;
  private final Listener listener;
  private final LocalHealth health = new LocalHealth();
  private final SortedMap<NodeId, Peer> peers = new TreeMap<>();
  private final ProbeOrder order;
  private final Prober prober;
  private final Contacts contacts;
  private long nextId;
  private long lastTickMillis;

  /**
   * @param firstId request ids count from here
   */
  public Detector(
      NodeId self,
      NetworkTuning tuning,
      Dice dice,
      Wire wire,
      Listener listener,
      long firstId,
      long nowMillis) {
    this.self = self;
    this.tuning = tuning;
    this.wire = wire;
    this.listener = listener;
    this.nextId = firstId;
    this.lastTickMillis = nowMillis;
    this.order = new ProbeOrder(dice);
    this.prober = new Prober(dice, wire, tuning, health, peers, order, new Survey(), nowMillis);
    this.contacts = new Contacts(tuning, peers, this::contact);
  }

  private final class Survey implements Prober.Surveyor {
    @Override
    public long nextId() {
      return nextId++;
    }

    @Override
    public void probe(Peer peer, long id) {
      send(peer, id);
    }

    @Override
    public void onSilent(Peer peer) {
      accuse(peer, self, lastTickMillis);
    }
  }

  private void contact(Peer peer) {
    send(peer, nextId++);
  }

  private void send(Peer peer, long id) {
    peer.probedAtMillis = lastTickMillis;
    if (!peer.owesAnswer()) {
      peer.askedAtMillis = lastTickMillis;
    }
    wire.send(peer.endpoint, new Message.Probe(id));
    if (peer.state != MemberState.ALIVE) {
      tellSubject(peer);
    }
    listener.onOccasion(peer.endpoint);
  }

  /** So that it can refute at once, without waiting for the news to come round. */
  private void tellSubject(Peer peer) {
    boolean dead = peer.state == MemberState.DEAD;
    wire.send(peer.endpoint, new Message.Accused(nextId++, List.of(peer.accusation(self, dead))));
  }

  /** Takes the members as they are now, this node left out; the records of the newest words. */
  public void onMembers(List<MemberRecord> members, long now) {
    SortedSet<NodeId> gone = new TreeSet<>(peers.keySet());
    for (MemberRecord member : members) {
      gone.remove(member.id());
      Peer known = peers.get(member.id());
      if (known == null) {
        peers.put(member.id(), new Peer(member, now));
        order.add(member.id());
      } else if (known.update(member) && known.state != MemberState.ALIVE) {
        // It has spoken since it was accused.
        beAlive(known);
        contacts.hurry(known);
      }
    }
    for (NodeId node : gone) {
      peers.remove(node);
      order.remove(node);
    }
  }

  /** Once in each tick. */
  public void onTick(long now) {
    long lateMillis = now - lastTickMillis - tuning.tickMillis();
    lastTickMillis = now;
    if (lateMillis >= tuning.probeTimeoutMillis()) {
      onStall(lateMillis);
    }
    prober.onTick(now);
    contacts.onTick(now);
    int reachable = reachablePeers();
    for (Peer peer : List.copyOf(peers.values())) {
      if (peer.suspicion != null && now >= peer.suspicion.deadAtMillis(reachable)) {
        die(peer, self);
      } else if (peer.doubtedBy != null
          && now - peer.doubtedAtMillis >= tuning.probeTimeoutMillis() * health.multiplier()) {
        suspect(peer, peer.doubtedBy, now);
      }
      settle(peer);
    }
  }

  /** Suspects are not among them. */
  private int reachablePeers() {
    int reachable = 0;
    for (Peer peer : peers.values()) {
      reachable += peer.reachable ? 1 : 0;
    }
    return reachable;
  }

  /** This process got no processor for a while, or was suspended: nobody else is to blame. */
  private void onStall(long millis) {
    prober.abandonRound();
    for (Peer peer : peers.values()) {
      if (peer.owesAnswer()) {
        peer.askedAtMillis += millis;
      }
      if (peer.suspicion != null) {
        peer.suspicion.postpone(millis);
      }
      peer.doubtedAtMillis += millis;
    }
  }

  private void settle(Peer peer) {
    boolean reachable = peer.state == MemberState.ALIVE && peer.inContact;
    if (reachable != peer.reachable) {
      peer.reachable = reachable;
      if (reachable) {
        listener.onReachable(peer.id);
      } else {
        peer.lostAtMillis = lastTickMillis;
        listener.onUnreachable(peer.id);
      }
    }
  }

  private void beAlive(Peer peer) {
    if (peer.state == MemberState.DEAD) {
      listener.onDead(peer.id, false);
    }
    peer.state = MemberState.ALIVE;
    peer.suspicion = null;
    peer.doubtedBy = null;
    settle(peer);
  }

  /** Any message from a peer has come in. */
  public void onHeard(NodeId from, long now) {
    Peer peer = peers.get(from);
    if (peer == null) {
      return;
    }
    peer.heardAtMillis = now;
    peer.doubtedBy = null;
    if (peer.state != MemberState.ALIVE) {
      tellSubject(peer);
      beAlive(peer);
    }
    if (!peer.inContact && now - peer.probedAtMillis >= tuning.tickMillis()) {
      contacts.hurry(peer);
    }
  }

  /** A peer has answered something: both ways are open. */
  public void onAnswered(NodeId from, long now) {
    Peer peer = peers.get(from);
    if (peer != null) {
      peer.answeredAtMillis = now;
      peer.askedAtMillis = Peer.NEVER;
      peer.inContact = true;
      settle(peer);
    }
  }

  /** Something is sent to a peer that is expected to answer, if only when it is probed. */
  public void onSending(NodeId to, long now) {
    Peer peer = peers.get(to);
    if (peer != null && !peer.owesAnswer()) {
      peer.askedAtMillis = now;
    }
  }

  /** Handles the messages of this part; false for any other. */
  public boolean onMessage(Endpoint from, Message message, long now) {
    if (message instanceof Message.Probe probe) {
      wire.send(from, new Message.ProbeAck(probe.requestId()));
      listener.onOccasion(from);
    } else if (message instanceof Message.ProbeAck ack) {
      onAnswered(from.node(), now);
      prober.onAck(from.node(), ack.requestId());
    } else if (message instanceof Message.ProbeFor request) {
      prober.onProbeFor(from, request, now);
    } else if (message instanceof Message.ProbedFor answer) {
      onAnswered(from.node(), now);
      prober.onProbedFor(from.node(), answer);
    } else {
      return false;
    }
    return true;
  }

  /** Somebody tells of accusations, its own or others'. */
  public void onAccused(Endpoint from, Message.Accused message, long now) {
    for (Accusation accusation : message.accusations()) {
      Peer peer = peers.get(accusation.member());
      if (accusation.member().equals(self)) {
        if (listener.onAccused(from, accusation)) {
          health.worsen(1);
        }
      } else if (peer != null && !accusation.accuser().equals(self)) {
        if (peer.isOutdated(accusation)) {
          listener.onOutdated(from, peer.id);
        } else {
          take(peer, accusation, from, now);
        }
      }
    }
  }

  private void take(Peer peer, Accusation accusation, Endpoint from, long now) {
    boolean heardLately = now - peer.heardAtMillis < tuning.contactTimeoutMillis();
    boolean isNew = peer.accusers.size() < MAX_CONFIRMATIONS && note(peer, accusation.accuser());
    if (accusation.dead() && !heardLately) {
      if (peer.state != MemberState.DEAD) {
        die(peer, accusation.accuser());
      }
      return;
    }
    if (peer.state == MemberState.ALIVE && heardLately) {
      doubt(peer, accusation.accuser(), now);
    } else if (peer.state == MemberState.ALIVE) {
      suspect(peer, accusation.accuser(), now);
    } else if (peer.suspicion != null && isNew) {
      peer.suspicion.confirm();
    }
    if (isNew) {
      listener.onNews(accusation);
      if (accusation.accuser().equals(from.node())) {
        tellSubject(peer);
      }
    }
  }

  private static boolean note(Peer peer, NodeId accuser) {
    return peer.accusers.add(accuser);
  }

  /** Who was heard a moment ago is probed before it is suspected. */
  private void doubt(Peer peer, NodeId accuser, long now) {
    if (peer.doubtedBy == null) {
      peer.doubtedBy = accuser;
      peer.doubtedAtMillis = now;
      contacts.hurry(peer);
    }
  }

  /** This node's own probes, and those of others on its behalf, were not answered. */
  private void accuse(Peer peer, NodeId accuser, long now) {
    boolean isNew = note(peer, accuser);
    if (peer.state == MemberState.ALIVE) {
      suspect(peer, accuser, now);
    } else if (peer.suspicion != null && isNew) {
      peer.suspicion.confirm();
    }
    listener.onNews(peer.accusation(self, false));
    tellSubject(peer);
  }

  private void suspect(Peer peer, NodeId accuser, long now) {
    peer.state = MemberState.SUSPECT;
    peer.doubtedBy = null;
    peer.suspicion = new Suspicion(tuning, peers.size() + 1, now);
    for (NodeId other : peer.accusers) {
      if (!other.equals(accuser)) {
        peer.suspicion.confirm();
      }
    }
    settle(peer);
  }

  private void die(Peer peer, NodeId accuser) {
    peer.state = MemberState.DEAD;
    peer.suspicion = null;
    peer.doubtedBy = null;
    settle(peer);
    listener.onDead(peer.id, true);
    if (!peer.deathTold) {
      peer.deathTold = true;
      listener.onNews(peer.accusation(accuser, true));
    }
  }

  /** What is believed of a peer; empty for one that is no member. */
  public Optional<MemberState> stateOf(NodeId node) {
    return Optional.ofNullable(peers.get(node)).map(peer -> peer.state);
  }

  /** Whether a peer is alive and answers this node. */
  public boolean isReachable(NodeId node) {
    Peer peer = peers.get(node);
    return peer != null && peer.reachable;
  }

  /**
   * Whether a peer does not answer, but did until a moment ago: it may only pause. A moment is what
   * it takes to lose a peer.
   */
  public boolean isLostLately(NodeId node, long now) {
    Peer peer = peers.get(node);
    return peer != null
        && !peer.reachable
        && now - peer.lostAtMillis < tuning.contactTimeoutMillis();
  }

  /** What is held against a member, for those who have not heard of it. */
  public Optional<Accusation> accusationOf(NodeId node) {
    Peer peer = peers.get(node);
    return peer == null || peer.state == MemberState.ALIVE
        ? Optional.empty()
        : Optional.of(peer.accusation(self, peer.state == MemberState.DEAD));
  }

  public LocalHealth health() {
    return health;
  }
}
