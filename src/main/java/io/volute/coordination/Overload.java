package io.volute.coordination;

import io.volute.command.Answer;

/** What a client is told when a bound is reached: at once, and with nothing done. */
final class Overload {
  private static final long RETRY_AFTER_MILLIS = 1000;

  private Overload() {}

  static Answer refusal(int underWay, String what) {
    return new Answer.Refused(
        Answer.Reason.OVERLOADED,
        underWay + " " + what + " are under way, which is the limit",
        Answer.Outcome.NOT_APPLIED,
        RETRY_AFTER_MILLIS);
  }
}
