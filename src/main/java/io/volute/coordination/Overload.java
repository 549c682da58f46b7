package io.volute.coordination;

import io.volute.command.Answer;

/** What a client is told when a bound is reached: at once, and with nothing done. */
final class Overload {
  private static final long RETRY_AFTER_MILLIS = 1000;

  private Overload() {}

  static Answer refusal(int underWay, String what) {
    return refusal(underWay + " " + what + " are under way, which is the limit");
  }

  static Answer refusal(String explanation) {
    return new Answer.Refused(
        Answer.Reason.OVERLOADED, explanation, Answer.Outcome.NOT_APPLIED, RETRY_AFTER_MILLIS);
  }
}
