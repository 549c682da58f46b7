package io.volute.kernel;

import io.volute.causal.CausalContext;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.coordination.DotLease;
import io.volute.coordination.Replica;
import io.volute.entropy.Reclaim;
import io.volute.entropy.Surplus;
import io.volute.exchange.Surroundings;
import io.volute.handoff.Hints;
import io.volute.identity.Actor;
import io.volute.identity.MemberEntry;
import io.volute.port.StoreException;
import io.volute.record.Name;
import java.util.function.Consumer;

/** Gives copies up that are no owner's: as operators ask, and in the background. */
final class Drops implements Reclaim.Ledger {
  private final Surroundings around;
  private final DotLease dots;
  private final Hints hints;
  private final Reclaim reclaim;

  Drops(Surroundings around, DotLease dots, Hints hints, Replica replica) {
    this.around = around;
    this.dots = dots;
    this.hints = hints;
    this.reclaim = new Reclaim(around, replica::keepFrom, this);
  }

  void start() {
    new Surplus(around, reclaim).start();
  }

  Reclaim reclaim() {
    return reclaim;
  }

  void onDrop(Command.Drop drop, Consumer<Answer> reply) {
    reclaim.drop(drop.name(), outcome -> reply.accept(answerTo(outcome)));
  }

  private static Answer answerTo(Reclaim.Outcome outcome) {
    return switch (outcome) {
      case DROPPED -> new Answer.Done();
      case NOT_HELD -> new Answer.NotFound(CausalContext.EMPTY, 0, 0);
      case KEPT_HERE -> conflict("this member owns the key: allowed are keys of others");
      case UNCONFIRMED ->
          conflict(
              "not every owner has confirmed that it knows these versions for good; allowed is to"
                  + " try again in a while");
    };
  }

  private static Answer conflict(String explanation) {
    return Answer.Refused.notApplied(Answer.Reason.CONFLICT, explanation);
  }

  @Override
  public boolean isOwed(Name name) {
    for (MemberEntry peer : around.liveness().roster().peers()) {
      if (hints.owes(peer.id(), name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Actor actor() {
    return dots.actor();
  }

  @Override
  public void beginNewLife() throws StoreException {
    dots.renew();
  }
}
