package io.volute.entropy;

import io.volute.identity.NodeId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Partitions that are being taken over as streams, from all peers together. Whoever has one of them
 * gets the next at once, so a peer must leave the last place to those that wait for one: else all
 * would come from the one that happened to be first.
 */
final class Refills {
  /**
   * Partitions that are taken over at a time: pages that wait for this node's turn are ahead of
   * what clients want of it.
   */
  private static final int MOST = 2;

  private final Map<Integer, NodeId> underWay = new TreeMap<>();
  private final Set<NodeId> waiting = new TreeSet<>();

  /** Whether a partition is being taken over, from whichever peer. */
  boolean isUnderWay(int partition) {
    return underWay.containsKey(partition);
  }

  /** Whether a partition may be taken over from a peer from now on; else that peer waits. */
  boolean begin(NodeId peer, int partition) {
    assert !isUnderWay(partition) : partition;
    boolean hasOne = underWay.containsValue(peer);
    boolean othersWait = waiting.stream().anyMatch(one -> !one.equals(peer));
    if (underWay.size() >= MOST || (hasOne && othersWait)) {
      waiting.add(peer);
      return false;
    }
    waiting.remove(peer);
    underWay.put(partition, peer);
    return true;
  }

  void end(int partition) {
    underWay.remove(partition);
  }

  /** A comparison with a peer is over, or given up. */
  void leave(NodeId peer) {
    waiting.remove(peer);
    underWay.values().removeIf(peer::equals);
  }

  boolean isEmpty() {
    return underWay.isEmpty();
  }
}
