package io.volute.membership;

import io.volute.command.Answer.MemberState;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.membership.swim.Detector;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which peers answer, as the rest of the core sees it; {@link Detector} finds it out. Used by the
 * kernel's thread only.
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

  /** What spreads among the members, and what comes of it. */
  interface Spreading {
    void onNews(Message.Accusation accusation);

    boolean onAccused(Endpoint by, Message.Accusation accusation);

    void onOutdated(Endpoint by, NodeId peer);

    void onOccasion(Endpoint peer);
  }

  private final class Listener implements Detector.Listener {
    @Override
    public void onReachable(NodeId peer) {
      List.copyOf(observers).forEach(observer -> observer.onPeerReachable(peer));
    }

    @Override
    public void onUnreachable(NodeId peer) {
      List.copyOf(observers).forEach(observer -> observer.onPeerUnreachable(peer));
    }

    @Override
    public void onDead(NodeId peer, boolean dead) {
      String place = roster.find(peer).map(entry -> " at " + entry.address()).orElse("");
      onNotice.accept(
          "member "
              + peer
              + place
              + (dead ? " is dead: no member has heard of it for a while" : " is back"));
    }

    @Override
    public void onNews(Message.Accusation accusation) {
      spreading.onNews(accusation);
    }

    @Override
    public boolean onAccused(Endpoint by, Message.Accusation accusation) {
      return spreading.onAccused(by, accusation);
    }

    @Override
    public void onOutdated(Endpoint by, NodeId peer) {
      spreading.onOutdated(by, peer);
    }

    @Override
    public void onOccasion(Endpoint peer) {
      spreading.onOccasion(peer);
    }
  }

  private final Clock clock;
  private final Detector detector;
  private final List<Observer> observers = new ArrayList<>();

  /** Who is in the midst of asking somebody may still name it a moment after it has gone. */
  private final SortedMap<NodeId, Endpoint> departed = new TreeMap<>();

  private Consumer<String> onNotice = notice -> {};
  private Spreading spreading;
  private Roster roster;

  Liveness(
      Clock clock, Dice dice, Wire wire, NetworkTuning tuning, Roster roster, long firstProbeId) {
    this.clock = clock;
    this.roster = roster;
    long now = clock.monotonicMillis();
    this.detector =
        new Detector(roster.self(), tuning, dice, wire, new Listener(), firstProbeId, now);
    detector.onMembers(peerRecords(), now);
  }

  private List<MemberRecord> peerRecords() {
    List<MemberRecord> records = new ArrayList<>(roster.records());
    records.removeIf(record -> roster.isSelf(record.id()));
    return records;
  }

  /** Takes lines for whoever looks after the node. */
  void onNotice(Consumer<String> listener) {
    onNotice = listener;
  }

  void spreadBy(Spreading next) {
    spreading = next;
  }

  public Roster roster() {
    return roster;
  }

  @Override
  public void onRosterChanged(Roster before, Roster after) {
    roster = after;
    detector.onMembers(peerRecords(), clock.monotonicMillis());
    for (MemberRecord member : before.records()) {
      if (!after.contains(member.id())) {
        departed.put(member.id(), member.entry().endpoint());
      }
    }
    if (departed.size() > MAX_DEPARTED) {
      departed.remove(departed.firstKey());
    }
  }

  public void observe(Observer observer) {
    observers.add(observer);
  }

  /** By what the detector's patience is multiplied since it trusts itself less; 1 is as usual. */
  public int healthMultiplier() {
    return detector.health().multiplier();
  }

  /** Whether it makes sense to ask this member for something now; this node always is. */
  public boolean isReachable(NodeId node) {
    return roster.isSelf(node) || detector.isReachable(node);
  }

  /**
   * Whether this member answers, or did until a moment ago: then it may only pause, and who needs
   * it does well to wait for it, which no outage makes longer than a contact timeout.
   */
  public boolean isReachableOrLostLately(NodeId node) {
    return isReachable(node) || detector.isLostLately(node, clock.monotonicMillis());
  }

  /** Whether it has been silent for so long that nobody waits for it. */
  public boolean isDead(NodeId node) {
    return stateOf(node) == MemberState.DEAD;
  }

  /** What is believed of a member; {@code LEFT} for one that is not in the roster. */
  public MemberState stateOf(NodeId node) {
    return roster.isSelf(node)
        ? MemberState.ALIVE
        : detector.stateOf(node).orElse(MemberState.LEFT);
  }

  /** What is held against a member, for those who have not heard of it. */
  Optional<Message.Accusation> accusationOf(NodeId node) {
    return detector.accusationOf(node);
  }

  /** Where a member is, or was when it left. */
  public Optional<Endpoint> endpoint(NodeId node) {
    return roster
        .find(node)
        .map(MemberEntry::endpoint)
        .or(() -> Optional.ofNullable(departed.get(node)));
  }

  /** The wire, watched: who is sent something is expected to answer. */
  public Wire watching(Wire wire) {
    return new Wire() {
      @Override
      public void send(Endpoint to, Message message) {
        detector.onSending(to.node(), clock.monotonicMillis());
        wire.send(to, message);
      }

      @Override
      public boolean hasRoom(NodeId to) {
        return wire.hasRoom(to);
      }

      @Override
      public void seek(HostPort address) {
        wire.seek(address);
      }
    };
  }

  /** Any message from a peer has come in. */
  public void onHeard(NodeId from) {
    detector.onHeard(from, clock.monotonicMillis());
  }

  /** A peer has answered a question of this node. */
  public void onAnswered(NodeId from) {
    detector.onAnswered(from, clock.monotonicMillis());
  }

  void onAccused(Endpoint from, Message.Accused message) {
    detector.onAccused(from, message, clock.monotonicMillis());
  }

  /** Handles probes and their answers; false for any other message. */
  public boolean onMessage(Endpoint from, Message message) {
    return detector.onMessage(from, message, clock.monotonicMillis());
  }

  void onTick() {
    detector.onTick(clock.monotonicMillis());
  }
}
