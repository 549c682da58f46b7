package io.volute.coordination;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Mirrors;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hands a change to the member that should coordinate it, and to the next one when that member is
 * silent. A member that has taken the change, or may have carried it out, is not passed over where
 * doing it twice could show: the client is then told that the outcome is unknown.
 *
 * <p>A change for which too few members answer is tried again while those that lack were lost only
 * a moment ago. A pause of a process (a restart beside it on a small machine, a collection of
 * garbage) then delays the change instead of failing it; an outage delays the refusals of its first
 * contact timeout by as much at most. A node that owns nothing and has not met its cluster yet has
 * its clients wait until their deadline.
 */
final class Forwarder {
  /** Coordinates a change on this node. */
  interface Here {
    void coordinate(Command.Change change, long deadlineMillis, Consumer<Answer> reply);
  }

  /** How long a member that let a forward go unanswered is not tried again. */
  private static final long AVOID_MILLIS = 1000;

  /** Pause before a change for which too few members answered is tried again. */
  private static final long AGAIN_MILLIS = 100;

  private final Surroundings around;
  private final Here here;
  private final Map<NodeId, Long> avoidUntil = new TreeMap<>();
  private int underWay;

  Forwarder(Surroundings around, Here here) {
    this.around = around;
    this.here = here;
  }

  /** For a change that is best coordinated by the first member in its key's order. */
  void forward(Command.Change change, long deadlineMillis, Consumer<Answer> reply) {
    start(change, () -> around.placement().preference(change.name()), deadlineMillis, reply);
  }

  /** For a change that any owner may coordinate, where this node is one. */
  void keep(Command.Change change, long deadlineMillis, Consumer<Answer> reply) {
    start(change, () -> List.of(around.self()), deadlineMillis, reply);
  }

  private void start(
      Command.Change change,
      Supplier<List<NodeId>> order,
      long deadlineMillis,
      Consumer<Answer> reply) {
    if (underWay >= around.tuning().operationsLimit()) {
      reply.accept(Overload.refusal(underWay, "changes of clients"));
      return;
    }
    underWay++;
    Consumer<Answer> counted =
        answer -> {
          underWay--;
          reply.accept(answer);
        };
    new Forward(change, order, deadlineMillis, counted).tryNext();
  }

  private boolean isWorthTrying(NodeId node) {
    return around.liveness().isReachable(node)
        && avoidUntil.getOrDefault(node, 0L) <= around.clock().monotonicMillis();
  }

  private final class Forward {
    private final Command.Change change;
    private final long deadlineMillis;
    private final Consumer<Answer> reply;
    private final Supplier<List<NodeId>> order;
    private Iterator<NodeId> candidates;
    private NodeId asked;
    private long question;
    private boolean taken;
    private boolean hasPassedOver;

    /** What the last one said that had no room for it. */
    private Optional<Answer> overload = Optional.empty();

    private Timers.Timer patience;

    Forward(
        Command.Change change,
        Supplier<List<NodeId>> order,
        long deadlineMillis,
        Consumer<Answer> reply) {
      this.change = change;
      this.order = order;
      this.deadlineMillis = deadlineMillis;
      this.reply = reply;
      this.candidates = order.get().iterator();
    }

    /** A quorum of a zone is counted by who stands in it, and is not to wait for others. */
    private boolean isFit(NodeId member) {
      return change.level().kind() != AckLevel.Kind.LOCAL_QUORUM
          || around.zoneOf(member).equals(around.zoneOf(around.self()));
    }

    void tryNext() {
      do {
        if (!candidates.hasNext()) {
          conclude(overload.orElseGet(this::nobodyLeft));
          return;
        }
        asked = candidates.next();
      } while (!isFit(asked) || !around.isSelf(asked) && !isWorthTrying(asked));
      if (around.isSelf(asked)) {
        here.coordinate(change, deadlineMillis, this::conclude);
        return;
      }
      long leftMillis = deadlineMillis - around.clock().monotonicMillis();
      taken = false;
      patience = around.after(around.tuning().forwardPatienceMillis(), this::onSilence);
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
          around.placement().hasOwners()
              ? "no member that may coordinate the change can be reached"
              : Gathering.NOBODY_KNOWN,
          Answer.Outcome.NOT_APPLIED,
          AVOID_MILLIS);
    }

    /** Replies, unless nothing was done and it is worth another try. */
    private void conclude(Answer answer) {
      boolean isTooFew =
          answer instanceof Answer.Refused refused
              && refused.reason() == Answer.Reason.UNAVAILABLE
              && refused.outcome() == Answer.Outcome.NOT_APPLIED;
      long againAtMillis = around.clock().monotonicMillis() + AGAIN_MILLIS;
      if (isTooFew && againAtMillis < deadlineMillis && mayFindEnough()) {
        around.after(AGAIN_MILLIS, this::tryAgain);
      } else {
        reply(answer);
      }
    }

    /** Members behind the one that refused may know of more that answer, and come first. */
    private void tryAgain() {
      if (!candidates.hasNext()) {
        candidates = order.get().iterator();
      }
      tryNext();
    }

    private boolean mayFindEnough() {
      if (!around.placement().hasOwners()) {
        // It has just begun to serve, and knows its cluster as soon as the first member answers.
        return true;
      }
      Mirrors mirrors = Coordinator.mirrorsOf(around, change);
      Quorum quorum = Quorum.forWrite(around, change.name(), mirrors, change.level());
      List<NodeId> takers = around.placement().order(change.name(), mirrors);
      return quorum.canBeMet(takers, around.liveness()::isReachableOrLostLately);
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
        conclude(forwarded.answer());
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
