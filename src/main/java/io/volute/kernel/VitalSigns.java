package io.volute.kernel;

import io.volute.command.Answer;
import io.volute.coordination.Coordinator;
import io.volute.entropy.Sweeps;
import io.volute.handoff.Moves;
import io.volute.identity.MemberEntry;
import io.volute.membership.Liveness;
import java.util.ArrayList;
import java.util.List;

/** What an operator's instruments show of a node's work with its peers. */
final class VitalSigns {
  private final Liveness liveness;
  private final Coordinator coordinator;
  private final Sweeps sweeps;
  private final Moves moves;

  VitalSigns(Liveness liveness, Coordinator coordinator, Sweeps sweeps, Moves moves) {
    this.liveness = liveness;
    this.coordinator = coordinator;
    this.sweeps = sweeps;
    this.moves = moves;
  }

  /** How far keys are that move to other owners. */
  Answer.Moving moving() {
    return sweeps.moveProgress().take();
  }

  Answer take() {
    List<Answer.PeerHealth> peers = new ArrayList<>();
    int suspect = 0;
    int dead = 0;
    for (MemberEntry peer : liveness.roster().peers()) {
      Answer.MemberState state = liveness.stateOf(peer.id());
      suspect += state == Answer.MemberState.SUSPECT ? 1 : 0;
      dead += state == Answer.MemberState.DEAD ? 1 : 0;
      peers.add(
          new Answer.PeerHealth(
              peer.id(), liveness.isReachable(peer.id()), sweeps.sinceSweptMillis(peer.id())));
    }
    return new Answer.Health(
        liveness.healthMultiplier(),
        suspect,
        dead,
        coordinator.underWay(),
        !moves.isSettled(),
        List.copyOf(peers));
  }
}
