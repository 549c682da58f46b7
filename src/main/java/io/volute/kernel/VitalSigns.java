package io.volute.kernel;

import io.volute.command.Answer;
import io.volute.coordination.Coordinator;
import io.volute.coordination.Healing;
import io.volute.entropy.Sweeps;
import io.volute.exchange.Surroundings;
import io.volute.handoff.Moves;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.Liveness;
import java.util.ArrayList;
import java.util.List;

/** What an operator's instruments show of a node's work with its peers. */
final class VitalSigns {
  private final Surroundings around;
  private final Coordinator coordinator;
  private final Sweeps sweeps;
  private final Moves moves;
  private final Healing healing;
  private final Reaping reaping;

  VitalSigns(
      Surroundings around,
      Coordinator coordinator,
      Sweeps sweeps,
      Moves moves,
      Healing healing,
      Reaping reaping) {
    this.around = around;
    this.coordinator = coordinator;
    this.sweeps = sweeps;
    this.moves = moves;
    this.healing = healing;
    this.reaping = reaping;
  }

  /** Members for whose return the reaping waits. */
  List<NodeId> reapingWaitsFor() {
    return reaping.reaper().waitsFor();
  }

  private Answer.Upkeep upkeep() {
    return new Answer.Upkeep(
        healing.healed(), healing.lost(), reaping.floors().givenUp(), reaping.reaper().reaped());
  }

  /** How far keys are that move to other owners. */
  Answer.Moving moving() {
    return sweeps.moveProgress().take();
  }

  Answer take() {
    Liveness liveness = around.liveness();
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
        upkeep(),
        List.copyOf(peers));
  }
}
