package io.volute.resp;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Value;
import java.util.Optional;

/** {@code SET} with its options. */
final class SetCommand {
  private enum Only {
    ALWAYS,
    IF_ABSENT,
    IF_PRESENT
  }

  private final Call call;
  private Only only = Only.ALWAYS;
  private boolean returnsFormer;
  private boolean keepsExpiry;
  private long timeToLive = Expiry.NEVER;

  private SetCommand(Call call) {
    this.call = call;
  }

  static void run(Call call) throws RequestRefused {
    SetCommand command = new SetCommand(call);
    command.readOptions();
    if (command.returnsFormer || command.keepsExpiry) {
      Rewrite.begin(
          call,
          command.returnsFormer ? Command.Values.NEWEST : Command.Values.NONE,
          command::decide);
    } else {
      command.write();
    }
  }

  private void readOptions() throws RequestRefused {
    boolean expires = false;
    for (int i = 3; i < call.size(); i++) {
      String option = call.word(i);
      switch (option) {
        case "NX", "XX" -> {
          require(only == Only.ALWAYS);
          only = option.equals("NX") ? Only.IF_ABSENT : Only.IF_PRESENT;
        }
        case "GET" -> {
          require(!returnsFormer);
          returnsFormer = true;
        }
        case "KEEPTTL" -> {
          require(!expires && !keepsExpiry);
          keepsExpiry = true;
        }
        case "EX", "PX", "EXAT", "PXAT" -> {
          require(!expires && !keepsExpiry && i + 1 < call.size());
          expires = true;
          timeToLive = Expiry.after(call, option, ++i);
        }
        default -> throw RequestRefused.syntax();
      }
    }
  }

  private static void require(boolean holds) throws RequestRefused {
    if (!holds) {
      throw RequestRefused.syntax();
    }
  }

  private void write() {
    Condition condition =
        switch (only) {
          case ALWAYS -> Condition.NONE;
          case IF_ABSENT -> Condition.ABSENT;
          case IF_PRESENT -> Condition.EXISTS;
        };
    Command.Change change = Writes.set(call.name(), call.bytes(2), timeToLive, condition);
    call.askForAny(change, answer -> call.reply(outcome(answer, change, Reply.OK, Reply.NIL)));
  }

  /** The reply to a change whose condition may not hold. */
  static Reply outcome(Answer answer, Command change, Reply done, Reply notDone) {
    if (!(answer instanceof Answer.Refused refused)) {
      return done;
    }
    return refused.reason() == Answer.Reason.PRECONDITION
        ? notDone
        : Refusals.reply(refused, change);
  }

  private Rewrite.Decision decide(Optional<Answer.Found> found) {
    Reply former = returnsFormer ? ValueCommands.valueBefore(found) : Reply.NIL;
    if (only == (found.isPresent() ? Only.IF_ABSENT : Only.IF_PRESENT)) {
      return Rewrite.Decision.leave(former);
    }
    Reply reply = returnsFormer ? former : Reply.OK;
    if (found.isEmpty()) {
      long fresh = keepsExpiry ? Expiry.NEVER : timeToLive;
      return Rewrite.Decision.change(
          Writes.set(call.name(), call.bytes(2), fresh, Condition.ABSENT), reply);
    }
    long left = keepsExpiry ? Expiry.leftOf(found.get().siblings().get(0).version()) : timeToLive;
    return Rewrite.Decision.change(
        Writes.replace(call.name(), found.get(), Value.of(call.bytes(2)), "", left), reply);
  }
}
