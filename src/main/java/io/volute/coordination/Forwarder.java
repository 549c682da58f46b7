package io.volute.coordination;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Hands a change to the member that should coordinate it, and to the next one when that member is
 * silent. A member that has taken the change, or may have carried it out, is not passed over where
 * doing it twice could show: the client is then told that the outcome is unknown.
 */
final class Forwarder {
  /** Coordinates a change on this node. */
  interface Here {
    void coordinate(Command.Change change, long deadlineMillis, Consumer<Answer> reply);
  }

  /** How long a member that let a forward go unanswered is not tried again. */
  private static final long AVOID_MILLIS = 1000;

  private final Surroundings around;
  private final Here here;
  private final Map<NodeId, Long> avoidUntil = new TreeMap<>();
  private int underWay;

  Forwarder(Surroundings around, Here here) {
    this.around = around;
    this.here = here;
  }

  void forward(Command.Change change, long deadlineMillis, Consumer<Answer> reply) {
    if (underWay >= around.tuning().operationsLimit()) {
      reply.accept(Overload.refusal(underWay, "forwarded changes"));
      return;
    }
    underWay++;
    Consumer<Answer> counted =
        answer -> {
          underWay--;
          reply.accept(answer);
        };
    new Forward(change, deadlineMillis, counted).tryNext();
  }

  private boolean isWorthTrying(NodeId node) {
    return around.liveness().isReachable(node)
        && avoidUntil.getOrDefault(node, 0L) <= around.clock().monotonicMillis();
  }

  private final class Forward {
    private final Command.Change change;
    private final long deadlineMillis;
    private final Consumer<Answer> reply;
    private final Iterator<NodeId> candidates;
    private NodeId asked;
    private long question;
    private boolean tried;
    private boolean taken;
    private boolean hasPassedOver;

    /** What the last one said that had no room for it. */
    private Optional<Answer> overload = Optional.empty();

    private Timers.Timer patience;

    Forward(Command.Change change, long deadlineMillis, Consumer<Answer> reply) {
      this.change = change;
      this.deadlineMillis = deadlineMillis;
      this.reply = reply;
      this.candidates = around.placement().preference(change.name()).iterator();
    }

    /** A quorum of a zone is counted by who stands in it, and is not to wait for others. */
    private boolean isFit(NodeId member) {
      return change.level().kind() != AckLevel.Kind.LOCAL_QUORUM
          || around.zoneOf(member).equals(around.zoneOf(around.self()));
    }

    void tryNext() {
      do {
        if (!candidates.hasNext()) {
          overload.ifPresentOrElse(this::reply, () -> reply.accept(nobodyLeft()));
          return;
        }
        asked = candidates.next();
      } while (!isFit(asked) || !around.isSelf(asked) && !isWorthTrying(asked));
      if (around.isSelf(asked)) {
        here.coordinate(change, deadlineMillis, this::reply);
        return;
      }
      long leftMillis = deadlineMillis - around.clock().monotonicMillis();
      patience = around.after(around.tuning().forwardPatienceMillis(), this::onSilence);
      tried = true;
      question =
          around
              .questions()
              .ask(
                  around.endpoint(asked),
                  id -> new Message.Forward(id, leftMillis, change),
                  this::onAnswer);
    }

    /** Only where this node is no candidate itself: it leaves, or is no member that owns keys. */
    private Answer nobodyLeft() {
      return new Answer.Refused(
          Answer.Reason.UNAVAILABLE,
          "no member that may coordinate the change can be reached",
          // Who was asked and did not answer may still have carried it out.
          tried ? Answer.Outcome.UNKNOWN : Answer.Outcome.NOT_APPLIED,
          AVOID_MILLIS);
    }

    private boolean onAnswer(Message answer) {
      if (answer instanceof Message.ForwardTaken) {
        taken = true;
        return false;
      }
      if (!(answer instanceof Message.Forwarded forwarded)) {
        return false;
      }
      patience.cancel();
      avoidUntil.remove(asked);
      around.wire().send(around.endpoint(asked), new Message.ForwardSettled(forwarded.requestId()));
      if (isOverload(forwarded.answer())) {
        spare(forwarded.answer());
      } else {
        reply(forwarded.answer());
      }
      return true;
    }

    private static boolean isOverload(Answer answer) {
      return answer instanceof Answer.Refused refused
          && refused.reason() == Answer.Reason.OVERLOADED
          && refused.outcome() == Answer.Outcome.NOT_APPLIED;
    }

    /** It has done nothing, and has asked for a pause: the next one may have room. */
    private void spare(Answer refusal) {
      overload = Optional.of(refusal);
      long until = around.clock().monotonicMillis() + AVOID_MILLIS;
      avoidUntil.put(asked, until);
      around.questions().pace().spare(asked, until);
      tryNext();
    }

    /** What a later member knows nothing of, one that was passed over may have carried out. */
    private void reply(Answer answer) {
      boolean isInDoubt =
          hasPassedOver
              && answer instanceof Answer.Refused refused
              && refused.outcome() == Answer.Outcome.NOT_APPLIED;
      if (isInDoubt) {
        Answer.Refused refused = (Answer.Refused) answer;
        reply.accept(
            new Answer.Refused(
                refused.reason(),
                refused.explanation() + "; a member that did not answer may have made the change",
                Answer.Outcome.UNKNOWN,
                refused.retryAfterMillis()));
      } else {
        reply.accept(answer);
      }
    }

    private void onSilence() {
      long now = around.clock().monotonicMillis();
      boolean waits = taken && around.liveness().isReachable(asked) && now < deadlineMillis;
      if (waits) {
        patience = around.after(around.tuning().forwardPatienceMillis(), this::onSilence);
        return;
      }
      around.questions().forget(question);
      boolean mayRepeat = !taken && change.condition() instanceof Condition.None;
      if (mayRepeat && now < deadlineMillis) {
        avoidUntil.put(asked, now + AVOID_MILLIS);
        hasPassedOver = true;
        tryNext();
      } else {
        reply.accept(
            new Answer.Refused(
                Answer.Reason.UNAVAILABLE,
                "member " + asked + ", which was to coordinate the change, did not answer",
                Answer.Outcome.UNKNOWN,
                1000));
      }
    }
  }
}
