package io.volute.kernel;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.entropy.PrefixRepair;
import io.volute.entropy.Sweeps;
import io.volute.exchange.Surroundings;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.record.Name;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Repairs on demand. Nothing is remembered between steps: a client that goes away ends the repair
 * with the step that is under way.
 */
final class RepairDesk {
  private static final int MAX_UNDER_WAY = 16;
  private static final long LOOK_MILLIS = 100;

  /** After so many looks the client is told how far it is. */
  private static final int LOOKS = 20;

  private final Surroundings around;
  private final Sweeps sweeps;
  private final PrefixRepair byName;
  private int underWay;

  RepairDesk(Surroundings around, Sweeps sweeps, PrefixRepair byName) {
    this.around = around;
    this.sweeps = sweeps;
    this.byName = byName;
  }

  void onRepair(Command.Repair repair, Consumer<Answer> reply) {
    if (underWay >= MAX_UNDER_WAY) {
      String why = underWay + " repairs are under way, which is the limit";
      reply.accept(
          new Answer.Refused(
              Answer.Reason.OVERLOADED, why, Answer.Outcome.NOT_APPLIED, LOOKS * LOOK_MILLIS));
      return;
    }
    underWay++;
    Consumer<Answer> counted =
        answer -> {
          underWay--;
          reply.accept(answer);
        };
    List<NodeId> peers = peers();
    int at = 0;
    while (at < peers.size() && repair.from().isPresent() && isBefore(peers.get(at), repair)) {
      at++;
    }
    new Step(repair, peers, at, counted).start();
  }

  private static boolean isBefore(NodeId peer, Command.Repair repair) {
    return peer.compareTo(repair.from().orElseThrow().peer()) < 0;
  }

  private List<NodeId> peers() {
    return around.liveness().roster().peers().stream()
        .map(MemberEntry::id)
        .filter(peer -> around.isMember() && around.roleOf(peer) == Role.MEMBER)
        .sorted()
        .toList();
  }

  private final class Step {
    private final Command.Repair repair;
    private final List<NodeId> peers;
    private final int at;
    private final Consumer<Answer> reply;
    private final long exchangedBefore = sweeps.exchangedKeys();

    Step(Command.Repair repair, List<NodeId> peers, int at, Consumer<Answer> reply) {
      this.repair = repair;
      this.peers = peers;
      this.at = at;
      this.reply = reply;
    }

    void start() {
      if (at == peers.size()) {
        reply.accept(new Answer.RepairStep(at, at, 0, 0, 0, false, Optional.empty()));
      } else if (!around.liveness().isReachable(peers.get(at))) {
        peerDone(0, 0, 0, true);
      } else if (repair.prefix().length > 0) {
        Optional<Name> after = place().flatMap(Command.RepairPlace::after);
        byName.mend(peers.get(at), repair.prefix(), after, this::onPage);
      } else {
        if (!place().map(Command.RepairPlace::begun).orElse(false)) {
          sweeps.sweep(peers.get(at));
        }
        look(LOOKS);
      }
    }

    /** Where the client has come to with this peer. */
    private Optional<Command.RepairPlace> place() {
      return repair.from().filter(from -> from.peer().equals(peers.get(at)));
    }

    private void onPage(Optional<PrefixRepair.Page> page) {
      if (page.isEmpty()) {
        peerDone(0, 0, 0, true);
        return;
      }
      PrefixRepair.Page done = page.get();
      if (done.next().isEmpty()) {
        peerDone(done.compared(), done.differing(), done.unmended(), false);
      } else {
        Command.RepairPlace next = new Command.RepairPlace(peers.get(at), done.next(), true);
        reply.accept(
            new Answer.RepairStep(
                peers.size(),
                at,
                done.compared(),
                done.differing(),
                done.unmended(),
                false,
                Optional.of(next)));
      }
    }

    private void look(int looksLeft) {
      NodeId peer = peers.get(at);
      long exchanged = sweeps.exchangedKeys() - exchangedBefore;
      if (!around.liveness().isReachable(peer)) {
        peerDone(0, exchanged, 0, true);
      } else if (!sweeps.isSweeping(peer)) {
        peerDone(0, exchanged, 0, false);
      } else if (looksLeft > 0) {
        around.after(LOOK_MILLIS, () -> look(looksLeft - 1));
      } else {
        Command.RepairPlace same = new Command.RepairPlace(peer, Optional.empty(), true);
        reply.accept(
            new Answer.RepairStep(peers.size(), at, 0, exchanged, 0, false, Optional.of(same)));
      }
    }

    private void peerDone(long compared, long exchanged, long unmended, boolean unreachable) {
      int done = at + 1;
      Optional<Command.RepairPlace> next =
          done < peers.size()
              ? Optional.of(new Command.RepairPlace(peers.get(done), Optional.empty(), false))
              : Optional.empty();
      reply.accept(
          new Answer.RepairStep(
              peers.size(), done, compared, exchanged, unmended, unreachable, next));
    }
  }
}
