package io.volute.resp;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.record.Name;
import java.util.Optional;
import java.util.function.Function;

/**
 * A change that depends on what the key holds: read, decide, change on the condition that the key
 * is still as it was read. When it is not, all of it begins again, a few times.
 */
final class Rewrite {
  private static final int MAX_ATTEMPTS = 16;

  private final Call call;
  private final Name name;
  private final Command.Values values;
  private final Function<Optional<Answer.Found>, Decision> decide;
  private int attempts;

  private Rewrite(
      Call call, Command.Values values, Function<Optional<Answer.Found>, Decision> decide) {
    this.call = call;
    this.name = call.name();
    this.values = values;
    this.decide = decide;
  }

  /**
   * What is to be done with a key that holds what was read.
   *
   * @param change must be conditional on it; empty when nothing is to be changed
   * @param reply once that is done
   */
  record Decision(Optional<Command.Change> change, Reply reply) {
    static Decision leave(Reply reply) {
      return new Decision(Optional.empty(), reply);
    }

    static Decision change(Command.Change change, Reply reply) {
      return new Decision(Optional.of(change), reply);
    }
  }

  /**
   * Begins.
   *
   * @param values whether the value is needed
   * @param decide is given what the key holds; called anew for each attempt
   */
  static void begin(
      Call call, Command.Values values, Function<Optional<Answer.Found>, Decision> decide) {
    new Rewrite(call, values, decide).attempt();
  }

  private void attempt() {
    attempts++;
    // As much as the condition looks at; with less, they could differ for long.
    call.ask(new Command.Read(name, Optional.empty(), AckLevel.QUORUM, values), this::onRead);
  }

  private void onRead(Answer answer) {
    Optional<Answer.Found> found =
        answer instanceof Answer.Found seen ? Optional.of(seen) : Optional.empty();
    Decision decision = decide.apply(found);
    if (decision.change().isEmpty()) {
      call.reply(decision.reply());
      return;
    }
    Command.Change change = decision.change().get();
    call.askForAny(change, outcome -> onChanged(outcome, change, decision.reply()));
  }

  private void onChanged(Answer outcome, Command change, Reply reply) {
    if (!(outcome instanceof Answer.Refused refused)) {
      call.reply(reply);
    } else if (refused.reason() != Answer.Reason.PRECONDITION) {
      call.reply(Refusals.reply(refused, change));
    } else if (attempts < MAX_ATTEMPTS) {
      attempt();
    } else {
      call.reply(
          new Reply.Failure(
              "TRYAGAIN",
              "not applied: others changed the key meanwhile, "
                  + MAX_ATTEMPTS
                  + " times in a row"));
    }
  }
}
