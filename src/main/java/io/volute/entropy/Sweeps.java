package io.volute.entropy;

import io.volute.exchange.CatchUp;
import io.volute.exchange.Surroundings;
import io.volute.hashing.SetDigest;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.Liveness;
import io.volute.membership.Roster;
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
import java.util.function.LongFunction;

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
public final class Sweeps implements Liveness.Observer, Roster.Observer, CatchUp {
  private final Surroundings around;
  private final Map<NodeId, Sweep> sweeps = new TreeMap<>();
  private final List<NodeId> peers = new ArrayList<>();

  /** Peers that have swept this node since it was last out of touch with them. */
  private final Set<NodeId> sweptBy = new TreeSet<>();

  /** By which placement they knew which of their keys are this node's. */
  private final Map<NodeId, Long> sweptFor = new TreeMap<>();

  private final Map<NodeId, Long> sweptAtMillis = new TreeMap<>();

  /** Questions that are asked until they are answered, or the peer is gone. */
  private final Map<NodeId, List<Long>> open = new TreeMap<>();

  private final KeyExchange exchange;
  private int turn;
  private boolean started;

  public Sweeps(Surroundings around, KeyExchange.Keeper keeper) {
    this.around = around;
    this.exchange = new KeyExchange(around, keeper);
    around.liveness().roster().peers().forEach(peer -> add(peer.id()));
  }

  private void add(NodeId peer) {
    peers.add(peer);
    sweeps.put(peer, new Sweep(around, exchange, peer, placement -> tellSwept(peer, placement)));
  }

  /** Members that are new compare their keys with this node's; see also {@link #sweepAll}. */
  @Override
  public void onRosterChanged(Roster before, Roster after) {
    for (MemberEntry peer : before.peers()) {
      if (!after.contains(peer.id())) {
        peers.remove(peer.id());
        sweeps.remove(peer.id()).abandon();
        sweptBy.remove(peer.id());
        sweptFor.remove(peer.id());
        sweptAtMillis.remove(peer.id());
        open.getOrDefault(peer.id(), List.of()).forEach(around.questions()::forget);
        open.remove(peer.id());
      }
    }
    for (MemberEntry peer : after.peers()) {
      if (!before.contains(peer.id())) {
        add(peer.id());
        if (started) {
          recall(peer.id());
        }
      }
    }
  }

  /** Owners have changed: keys must move, and nobody else knows which. */
  public void sweepAll() {
    if (started) {
      peers.forEach(this::sweep);
    }
  }

  private void ask(NodeId peer, LongFunction<Message> question) {
    List<Long> asked = open.computeIfAbsent(peer, id -> new ArrayList<>());
    long[] id = {0};
    id[0] =
        around
            .questions()
            .ask(
                around.endpoint(peer),
                question,
                answer -> {
                  asked.remove(id[0]);
                  return true;
                });
    asked.add(id[0]);
  }

  public void start() {
    started = true;
    for (NodeId peer : peers) {
      sweep(peer);
      recall(peer);
    }
    around.after(around.settings().syncIntervalMillis(), this::onInterval);
  }

  /** Asks a peer to compare as well: this node does not know which keys it has never heard of. */
  private void recall(NodeId peer) {
    ask(peer, Message.Recall::new);
  }

  private void tellSwept(NodeId peer, long placement) {
    if (placement != around.placements().digest()) {
      // Owners have changed under way: there may be more keys that are the peer's.
      sweep(peer);
      return;
    }
    sweptAtMillis.put(peer, around.clock().monotonicMillis());
    ask(peer, id -> new Message.SweptFor(id, placement));
  }

  /** How long ago all keys were last compared with a peer; empty when that is not yet done. */
  public OptionalLong sinceSweptMillis(NodeId peer) {
    Long at = sweptAtMillis.get(peer);
    return at == null
        ? OptionalLong.empty()
        : OptionalLong.of(around.clock().monotonicMillis() - at);
  }

  public void onSwept(Endpoint from, Message.SweptFor message) {
    if (around.liveness().isReachable(from.node())) {
      sweptBy.add(from.node());
      sweptFor.put(from.node(), message.placement());
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

  /**
   * Whether everything that reachable members had of this node's keys, by the newest placement, has
   * been brought here.
   */
  public boolean isBroughtAll() {
    long placement = around.placements().digest();
    for (NodeId peer : peers) {
      boolean brought = sweptFor.getOrDefault(peer, 0L) == placement;
      if (!brought && around.liveness().isReachable(peer)) {
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
    sweptFor.remove(lost);
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
