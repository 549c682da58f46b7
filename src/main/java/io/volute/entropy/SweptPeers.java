package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;

/** What members tell each other of the comparisons that they have finished. */
final class SweptPeers {
  private final Surroundings around;

  /** Peers that have swept this node since it was last out of touch with them. */
  private final Set<NodeId> sweptBy = new TreeSet<>();

  /** By which placement they knew which of their keys are this node's. */
  private final Map<NodeId, Long> sweptFor = new TreeMap<>();

  private final Map<NodeId, Long> sweptAtMillis = new TreeMap<>();

  /** Questions that are asked until they are answered, or the peer is gone. */
  private final Map<NodeId, List<Long>> open = new TreeMap<>();

  SweptPeers(Surroundings around) {
    this.around = around;
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

  /** Asks a peer to compare as well: this node does not know which keys it has never heard of. */
  void recall(NodeId peer) {
    ask(peer, Message.Recall::new);
  }

  /** This node has compared all keys with a peer. */
  void tell(NodeId peer, long placement) {
    sweptAtMillis.put(peer, around.clock().monotonicMillis());
    ask(peer, id -> new Message.SweptFor(id, placement));
  }

  /** A peer has compared all keys with this node. */
  void onSwept(Endpoint from, Message.SweptFor message) {
    if (around.liveness().isReachable(from.node())) {
      sweptBy.add(from.node());
      sweptFor.put(from.node(), message.placement());
    }
    around.wire().send(from, new Message.SweptNoted(message.requestId()));
  }

  boolean hasSwept(NodeId peer) {
    return sweptBy.contains(peer);
  }

  boolean hasSweptFor(NodeId peer, long placement) {
    return sweptFor.getOrDefault(peer, 0L) == placement;
  }

  OptionalLong sinceSweptMillis(NodeId peer) {
    Long at = sweptAtMillis.get(peer);
    return at == null
        ? OptionalLong.empty()
        : OptionalLong.of(around.clock().monotonicMillis() - at);
  }

  /** A peer is out of touch. */
  void lose(NodeId peer) {
    sweptBy.remove(peer);
    sweptFor.remove(peer);
  }

  /** A peer has left. */
  void forget(NodeId peer) {
    lose(peer);
    sweptAtMillis.remove(peer);
    open.getOrDefault(peer, List.of()).forEach(around.questions()::forget);
    open.remove(peer);
  }
}
