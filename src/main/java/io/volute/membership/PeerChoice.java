package io.volute.membership;

import io.volute.identity.Endpoint;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.port.Dice;
import java.util.ArrayList;
import java.util.List;

/** Chooses peers at random among those that can be reached. */
final class PeerChoice {
  private final Dice dice;
  private final Liveness liveness;

  PeerChoice(Dice dice, Liveness liveness) {
    this.dice = dice;
    this.liveness = liveness;
  }

  /** So many, or as many as there are. */
  List<Endpoint> some(int count) {
    List<Endpoint> peers = new ArrayList<>();
    for (MemberRecord member : liveness.roster().records()) {
      NodeId id = member.id();
      if (!liveness.roster().isSelf(id) && liveness.isReachable(id)) {
        peers.add(member.entry().endpoint());
      }
    }
    if (peers.size() <= count) {
      return peers;
    }
    // The first steps of a shuffle.
    for (int i = 0; i < count; i++) {
      int j = i + dice.nextBelow(peers.size() - i);
      Endpoint chosen = peers.get(j);
      peers.set(j, peers.get(i));
      peers.set(i, chosen);
    }
    return peers.subList(0, count);
  }
}
