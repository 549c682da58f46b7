package io.volute.membership.swim;

import io.volute.identity.NodeId;
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Which peers answer this node itself. One that owes an answer is probed, and after a while not
 * counted on; one that doesn't answer, or is dead, is tried again now and then. In a small cluster
 * everybody looks at everybody, so that a peer that is lost is known before the next request.
 *
 * <p>Cost: nothing for peers that answer requests anyway; else at most a probe and an answer in
 * each interval for {@value #CLOSE_KNIT} peers, and {@value #RETRIES} for lost ones.
 */
final class Contacts {
  /** Up to so many peers are all looked at. */
  static final int CLOSE_KNIT = 15;

  /** Lost peers tried in each probe interval. */
  static final int RETRIES = 4;

  private static final int MOST_PROBES_A_TICK = 32;

  private final NetworkTuning tuning;
  private final SortedMap<NodeId, Peer> peers;
  private final Consumer<Peer> probe;
  private final SortedSet<NodeId> hurried = new TreeSet<>();
  private int turn;
  private long retryAtMillis;

  Contacts(NetworkTuning tuning, SortedMap<NodeId, Peer> peers, Consumer<Peer> probe) {
    this.tuning = tuning;
    this.peers = peers;
    this.probe = probe;
  }

  /** Has a peer probed in the next tick. */
  void hurry(Peer peer) {
    hurried.add(peer.id);
  }

  void onTick(long now) {
    int room = MOST_PROBES_A_TICK - probeHurried();
    boolean closeKnit = peers.size() <= CLOSE_KNIT;
    for (Peer peer : peers.values()) {
      if (peer.inContact && peer.owesAnswer()) {
        if (now - peer.askedAtMillis >= tuning.contactTimeoutMillis()) {
          peer.inContact = false;
        } else if (room > 0
            && now - Math.max(peer.askedAtMillis, peer.probedAtMillis)
                >= tuning.probeTimeoutMillis()) {
          probe.accept(peer);
          room--;
        }
      } else if (closeKnit
          && peer.inContact
          && now - peer.answeredAtMillis >= tuning.probeIntervalMillis()) {
        probe.accept(peer);
      }
    }
    if (now >= retryAtMillis) {
      retryAtMillis = now + tuning.probeIntervalMillis();
      retry();
    }
  }

  private int probeHurried() {
    int probes = 0;
    Iterator<NodeId> each = hurried.iterator();
    while (each.hasNext() && probes < MOST_PROBES_A_TICK) {
      Peer peer = peers.get(each.next());
      each.remove();
      if (peer != null) {
        probe.accept(peer);
        probes++;
      }
    }
    return probes;
  }

  /** The next few of those that are lost, in turn. */
  private void retry() {
    List<Peer> lost = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (!peer.reachable) {
        lost.add(peer);
      }
    }
    int tries = Math.min(RETRIES, lost.size());
    for (int i = 0; i < tries; i++) {
      turn = (turn + 1) % lost.size();
      probe.accept(lost.get(turn));
    }
  }
}
