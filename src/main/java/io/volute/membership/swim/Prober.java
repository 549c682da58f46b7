package io.volute.membership.swim;

import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.port.Dice;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Probes one peer in each interval; when it does not answer in time, asks others to probe it (SWIM,
 * section 3.1). Those say as well when they hear nothing: who does not even hear that has trouble
 * of its own (Lifeguard, section IV.A). Peers that have been heard lately need no probe.
 */
final class Prober {
  private static final int MAX_RELAYS = 256;

  /** What the prober needs of those around it. */
  interface Surveyor {
    long nextId();

    /** Sends a probe to a peer. */
    void probe(Peer peer, long id);

    /** A peer has answered neither this node nor others. */
    void onSilent(Peer peer);
  }

  private static final class Round {
    final Peer target;
    final long id;
    final long beganAtMillis;

    /** Those that were asked and have said nothing so far. */
    final List<NodeId> mediators = new ArrayList<>();

    boolean othersAsked;
    boolean answered;
    int asked;

    Round(Peer target, long id, long beganAtMillis) {
      this.target = target;
      this.id = id;
      this.beganAtMillis = beganAtMillis;
    }
  }

  /** A probe made for another member. */
  private record Relay(Endpoint asker, long requestId, long silentAtMillis) {}

  private final Dice dice;
  private final Wire wire;
  private final NetworkTuning tuning;
  private final LocalHealth health;
  private final SortedMap<NodeId, Peer> peers;
  private final ProbeOrder order;
  private final Surveyor surveyor;
  private final SortedMap<Long, Relay> relays = new TreeMap<>();
  private Round round;
  private long nextAtMillis;

  Prober(
      Dice dice,
      Wire wire,
      NetworkTuning tuning,
      LocalHealth health,
      SortedMap<NodeId, Peer> peers,
      ProbeOrder order,
      Surveyor surveyor,
      long nowMillis) {
    this.dice = dice;
    this.wire = wire;
    this.tuning = tuning;
    this.health = health;
    this.peers = peers;
    this.order = order;
    this.surveyor = surveyor;
    // Members that start together don't probe in step.
    this.nextAtMillis = nowMillis + dice.nextBelow((int) tuning.probeIntervalMillis());
  }

  void onTick(long now) {
    sayWhoIsSilent(now);
    if (round != null
        && !round.othersAsked
        && !round.answered
        && now - round.beganAtMillis >= tuning.probeTimeoutMillis() * health.multiplier()) {
      askOthers();
    }
    if (now >= nextAtMillis) {
      conclude();
      begin(now);
      nextAtMillis = now + tuning.probeIntervalMillis() * health.multiplier();
    }
  }

  private void begin(long now) {
    Optional<NodeId> next = order.next(node -> needsProbe(peers.get(node), now));
    if (next.isPresent()) {
      Peer target = peers.get(next.get());
      round = new Round(target, surveyor.nextId(), now);
      surveyor.probe(target, round.id);
    } else {
      // All have been heard lately, so this node hears well.
      health.improve();
    }
  }

  /** The dead are looked after elsewhere. */
  private boolean needsProbe(Peer peer, long now) {
    return switch (peer.state) {
      case ALIVE -> now - peer.heardAtMillis >= tuning.probeIntervalMillis();
      case SUSPECT -> true;
      case DEAD, LEFT -> false;
    };
  }

  private void askOthers() {
    round.othersAsked = true;
    List<Peer> able = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.reachable && peer != round.target) {
        able.add(peer);
      }
    }
    for (int i = 0; i < tuning.mediators() && !able.isEmpty(); i++) {
      Peer mediator = able.remove(dice.nextBelow(able.size()));
      round.mediators.add(mediator.id);
      round.asked++;
      wire.send(mediator.endpoint, new Message.ProbeFor(round.id, round.target.id));
    }
  }

  private void conclude() {
    Round over = round;
    round = null;
    if (over == null || over.answered || peers.get(over.target.id) != over.target) {
      return;
    }
    if (over.asked > 0 && over.mediators.isEmpty()) {
      // All who were asked have said that they hear nothing: this node hears well.
      health.improve();
    } else {
      // With nobody to ask, this node can't tell whose trouble it is.
      health.worsen(Math.max(1, over.mediators.size()));
    }
    if (over.target.heardAtMillis <= over.beganAtMillis) {
      surveyor.onSilent(over.target);
    }
  }

  /** This node was stopped for a while: what it has not heard in that time means nothing. */
  void abandonRound() {
    round = null;
    relays.clear();
    health.worsen(1);
  }

  void onAck(NodeId from, long id) {
    if (round != null && round.id == id && round.target.id.equals(from)) {
      succeed();
    }
    Relay relay = relays.remove(id);
    if (relay != null) {
      wire.send(relay.asker(), new Message.ProbedFor(relay.requestId(), true));
    }
  }

  private void succeed() {
    if (!round.answered) {
      round.answered = true;
      health.improve();
    }
  }

  void onProbeFor(Endpoint asker, Message.ProbeFor request, long now) {
    Peer target = peers.get(request.member());
    if (target == null || relays.size() >= MAX_RELAYS) {
      return;
    }
    long id = surveyor.nextId();
    // Early enough for this word to arrive before the asker's interval ends.
    relays.put(id, new Relay(asker, request.requestId(), now + tuning.probeTimeoutMillis() / 2));
    surveyor.probe(target, id);
  }

  private void sayWhoIsSilent(long now) {
    Iterator<Relay> each = relays.values().iterator();
    while (each.hasNext()) {
      Relay relay = each.next();
      if (now >= relay.silentAtMillis()) {
        each.remove();
        wire.send(relay.asker(), new Message.ProbedFor(relay.requestId(), false));
      }
    }
  }

  void onProbedFor(NodeId mediator, Message.ProbedFor message) {
    if (round == null || round.id != message.requestId() || !round.mediators.remove(mediator)) {
      return;
    }
    if (message.answered()) {
      succeed();
    }
  }
}
