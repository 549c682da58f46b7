package io.volute.entropy;

import io.volute.exchange.CatchUp;
import io.volute.exchange.Surroundings;
import io.volute.hashing.SetDigest;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.Liveness;
import io.volute.message.Message;
import io.volute.message.Message.KeyDigest;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides when which peer is swept. A sweep walks this node's keys in order and exchanges what a
 * peer that should hold them holds otherwise.
 *
 * <p>At once: with every peer after a start, with a peer that has come back, and with all others
 * when one is lost, since it may have taken a half-done replication with it. Besides, one page with
 * one peer in each sync interval, for what nobody noticed.
 *
 * <p>When both this node and a peer have swept each other since they were last out of touch,
 * neither lacks anything of what the other had; until then this node has not caught up.
 */
public final class Sweeps implements Liveness.Observer, CatchUp {
  private final Surroundings around;
  private final Map<NodeId, Sweep> sweeps = new TreeMap<>();
  private final List<NodeId> peers = new ArrayList<>();

  /** Peers that have swept this node since it was last out of touch with them. */
  private final Set<NodeId> sweptBy = new TreeSet<>();

  private final Map<NodeId, Long> sweptAtMillis = new TreeMap<>();

  private int turn;

  public Sweeps(Surroundings around, KeyExchange.Keeper keeper) {
    this.around = around;
    KeyExchange exchange = new KeyExchange(around, keeper);
    for (MemberEntry peer : around.liveness().roster().peers()) {
      peers.add(peer.id());
      sweeps.put(peer.id(), new Sweep(around, exchange, peer.id(), () -> tellSwept(peer.id())));
    }
  }

  public void start() {
    for (NodeId peer : peers) {
      sweep(peer);
      recall(peer);
    }
    around.after(around.settings().syncIntervalMillis(), this::onInterval);
  }

  /** Asks a peer to compare as well: this node does not know which keys it has never heard of. */
  private void recall(NodeId peer) {
    around.questions().ask(around.endpoint(peer), Message.Recall::new, answer -> true);
  }

  private void tellSwept(NodeId peer) {
    sweptAtMillis.put(peer, around.clock().monotonicMillis());
    around.questions().ask(around.endpoint(peer), Message.Swept::new, answer -> true);
  }

  /** How long ago all keys were last compared with a peer; empty when that is not yet done. */
  public OptionalLong sinceSweptMillis(NodeId peer) {
    Long at = sweptAtMillis.get(peer);
    return at == null
        ? OptionalLong.empty()
        : OptionalLong.of(around.clock().monotonicMillis() - at);
  }

  public void onSwept(Endpoint from, Message.Swept message) {
    if (around.liveness().isReachable(from.node())) {
      sweptBy.add(from.node());
    }
    around.wire().send(from, new Message.SweptNoted(message.requestId()));
  }

  @Override
  public boolean isComplete() {
    for (NodeId peer : peers) {
      boolean caughtUp = sweptBy.contains(peer) && !sweeps.get(peer).isUnderWay();
      if (!caughtUp && around.liveness().isReachable(peer)) {
        return false;
      }
    }
    return true;
  }

  private void onInterval() {
    if (!peers.isEmpty()) {
      turn = (turn + 1) % peers.size();
      sweeps.get(peers.get(turn)).onePage();
    }
    around.after(around.settings().syncIntervalMillis(), this::onInterval);
  }

  /** Compares all keys with a peer, as soon as it can be reached. */
  public void sweep(NodeId peer) {
    sweeps.get(peer).all();
  }

  @Override
  public void onPeerReachable(NodeId peer) {
    sweep(peer);
    recall(peer);
  }

  @Override
  public void onPeerUnreachable(NodeId lost) {
    sweeps.get(lost).abandon();
    sweptBy.remove(lost);
    peers.stream().filter(peer -> !peer.equals(lost)).forEach(this::sweep);
  }

  public void onRecall(Endpoint from, Message.Recall recall) {
    around.wire().send(from, new Message.Recalled(recall.requestId()));
    if (!sweeps.get(from.node()).isUnderWay()) {
      sweep(from.node());
    }
  }

  /** A peer compares a page with us. */
  public void onCompare(Endpoint from, Message.Compare compare) {
    List<Name> differing = new ArrayList<>();
    for (KeyDigest key : compare.keys()) {
      if (SetDigest.of(around.store().versions(key.name())) != key.digest()) {
        differing.add(key.name());
      }
    }
    around.wire().send(from, new Message.Differing(compare.requestId(), differing));
  }

  /** Peers with which all keys are being compared now. */
  public int underWay() {
    return (int) sweeps.values().stream().filter(Sweep::isUnderWay).count();
  }
}
