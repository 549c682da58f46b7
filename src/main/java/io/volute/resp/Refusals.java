package io.volute.resp;

import io.volute.command.Answer.Outcome;
import io.volute.command.Answer.Reason;
import io.volute.command.Answer.Refused;
import io.volute.command.Command;

/**
 * How the node's refusals look in RESP.
 *
 * <p>Client libraries repeat a call that was answered with {@code TRYAGAIN}, so it is said only
 * where nothing was changed.
 */
final class Refusals {
  private Refusals() {}

  static Reply reply(Refused refused, Command command) {
    if (refused.outcome() == Outcome.UNKNOWN) {
      return unknown(refused.explanation());
    }
    String effect = command instanceof Command.Change ? "not applied: " : "";
    return new Reply.Failure(code(refused.reason()), effect + refused.explanation());
  }

  /** For a call that a stop leaves without an answer of the node. */
  static Reply unanswered(boolean changes) {
    return changes
        ? unknown("the node is stopping")
        : new Reply.Failure("TRYAGAIN", "the node is stopping");
  }

  private static Reply unknown(String why) {
    return Reply.error("outcome unknown, the change may still surface: " + why);
  }

  private static String code(Reason reason) {
    return switch (reason) {
      case UNAVAILABLE, OVERLOADED -> "TRYAGAIN";
      case BAD_REQUEST,
          FORBIDDEN,
          TOO_LARGE,
          PRECONDITION,
          TOO_MANY_SIBLINGS,
          CONFLICT,
          STORE_FAILED ->
          "ERR";
    };
  }
}
