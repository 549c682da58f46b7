package io.volute.resp;

import io.volute.command.Answer;
import io.volute.command.Command;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A call that is many commands to the node, some of them under way at once. After a refusal no
 * further one is begun, and the call fails when those under way are over.
 */
final class FanOut {
  private static final int MAX_UNDER_WAY = 64;

  /** Takes the answer to one of the commands. */
  interface Taker {
    /** Whether the answer is an expected one; a refusal that isn't fails the call. */
    boolean take(int index, Answer answer);
  }

  private final Call call;
  private final int count;
  private final IntFunction<? extends Command> commands;
  private final Taker taker;
  private final Supplier<Reply> finish;
  private int next;
  private int underWay;
  private int done;
  private Reply.Failure failure;
  private boolean changes;

  private FanOut(
      Call call,
      int count,
      IntFunction<? extends Command> commands,
      Taker taker,
      Supplier<Reply> finish) {
    this.call = call;
    this.count = count;
    this.commands = commands;
    this.taker = taker;
    this.finish = finish;
  }

  /**
   * Begins.
   *
   * @param count how many commands, at least one
   * @param commands the command of each index
   * @param finish the reply once all are done
   */
  static void begin(
      Call call,
      int count,
      IntFunction<? extends Command> commands,
      Taker taker,
      Supplier<Reply> finish) {
    new FanOut(call, count, commands, taker, finish).beginMore();
  }

  private void beginMore() {
    while (underWay < MAX_UNDER_WAY && next < count && failure == null) {
      int index = next++;
      underWay++;
      Command command = commands.apply(index);
      changes |= command instanceof Command.Change;
      call.askForAny(command, answer -> take(index, command, answer));
    }
  }

  private void take(int index, Command command, Answer answer) {
    underWay--;
    if (taker.take(index, answer)) {
      done++;
    } else if (failure == null) {
      failure = (Reply.Failure) Refusals.reply((Answer.Refused) answer, command);
    }
    beginMore();
    if (underWay == 0 && (failure != null || next == count)) {
      call.reply(failure == null ? finish.get() : failed());
    }
  }

  private Reply failed() {
    if (!changes || count == 1) {
      return failure;
    }
    // Something was changed, so nobody must take it for a call that can be repeated unseen.
    String code = done > 0 ? "ERR" : failure.code();
    return new Reply.Failure(
        code, failure.text() + "; " + done + " of " + count + " keys are done");
  }
}
