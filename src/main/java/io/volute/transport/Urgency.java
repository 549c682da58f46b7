package io.volute.transport;

import io.volute.message.Message;
import io.volute.transport.session.Handling;

/** How messages are treated on their way. */
final class Urgency {
  private Urgency() {}

  static Handling of(Message message) {
    // Whoever forwards a change turns to another member when it is not taken soon.
    if (message instanceof Message.Forward) {
      return Handling.PERISHABLE;
    }
    // Members are judged by the first of these, clients wait for the next three, and the last ones
    // tell who the members are.
    boolean goesFirst =
        message instanceof Message.Probe
            || message instanceof Message.ProbeAck
            || message instanceof Message.ProbeFor
            || message instanceof Message.ProbedFor
            || message instanceof Message.Accused
            || message instanceof Message.Replicated
            || message instanceof Message.ForwardTaken
            || message instanceof Message.ForwardSettled
            || message instanceof Message.MembersTold
            || message instanceof Message.CompareMembers
            || message instanceof Message.MembersPage
            || message instanceof Message.MemberRanges
            || message instanceof Message.Unwelcome;
    return goesFirst ? Handling.FIRST : Handling.USUAL;
  }
}
