package io.volute.kernel;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.coordination.DotLease;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.handoff.Moves;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.Membership;
import io.volute.port.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries out what operators ask about who belongs to the cluster. */
final class MemberCommands {
  /** How long a command waits for somebody to answer; the node goes on calling after it. */
  private static final long MEETING_MILLIS = 5000;

  /** How long the last words of a member that leaves get to arrive. */
  private static final long FAREWELL_MILLIS = 1000;

  private static final long LEAVING_STEP_MILLIS = 200;

  /** How often whoever looks after the node is told for whom leaving waits. */
  private static final long WAITING_SAID_MILLIS = 60_000;

  private static final int MAX_WAITING = 64;

  private final class Meeting {
    final Command.Join join;
    final Consumer<Answer> reply;
    Timers.Timer deadline;

    Meeting(Command.Join join, Consumer<Answer> reply) {
      this.join = join;
      this.reply = reply;
    }

    void answer(Answer answer) {
      meetings.remove(this);
      deadline.cancel();
      reply.accept(answer);
    }
  }

  private final Surroundings around;
  private final Membership membership;
  private final DotLease dots;
  private final Moves moves;
  private final List<Meeting> meetings = new ArrayList<>();
  private final List<Consumer<Answer>> leavers = new ArrayList<>();
  private boolean leaving;
  private long waitingSaidMillis;

  MemberCommands(Surroundings around, Membership membership, DotLease dots, Moves moves) {
    this.around = around;
    this.membership = membership;
    this.dots = dots;
    this.moves = moves;
    membership.gossip().onMeeting(this::onMeeting);
    membership.onRemoved(this::beginNewLifeAfter);
    membership.onOutlived(this::outlive);
  }

  boolean isLeaving() {
    return leaving || membership.isAlone();
  }

  void onCommand(Command.Gather command, Consumer<Answer> reply) {
    if (command instanceof Command.Join join) {
      join(join, reply);
    } else if (command instanceof Command.Leave) {
      leave(reply);
    } else if (command instanceof Command.RemoveMember remove) {
      remove(remove.member(), reply);
    }
  }

  private static void refuse(Consumer<Answer> reply, String explanation) {
    reply.accept(Answer.Refused.notApplied(Answer.Reason.BAD_REQUEST, explanation));
  }

  private void join(Command.Join join, Consumer<Answer> reply) {
    HostPort own = membership.own().entry().address();
    if (join.peers().contains(own)) {
      refuse(reply, own + " is this node's own address, allowed is a member's");
    } else if (leaving) {
      refuse(reply, "the node is leaving its cluster, it can join another when it has left");
    } else if (isKnown(join)) {
      reply.accept(new Answer.Done());
    } else if (meetings.size() >= MAX_WAITING) {
      reply.accept(
          new Answer.Refused(
              Answer.Reason.OVERLOADED,
              MAX_WAITING + " commands wait for a member to answer already, which is the limit",
              Answer.Outcome.NOT_APPLIED,
              MEETING_MILLIS));
    } else {
      Meeting meeting = new Meeting(join, reply);
      meetings.add(meeting);
      meeting.deadline = around.after(MEETING_MILLIS, () -> giveUp(meeting));
      join.peers().forEach(membership::join);
    }
  }

  /** Whether there is nothing to do: such a member answers already. */
  private boolean isKnown(Command.Join join) {
    for (MemberEntry member : membership.roster().peers()) {
      boolean meant = join.expected().map(member.id()::equals).orElse(true);
      if (meant
          && join.peers().contains(member.address())
          && around.liveness().isReachable(member.id())) {
        return true;
      }
    }
    return false;
  }

  private void giveUp(Meeting meeting) {
    String where = meeting.join.peers().toString();
    meeting.answer(
        new Answer.Refused(
            Answer.Reason.UNAVAILABLE,
            "no member has answered at "
                + where.substring(1, where.length() - 1)
                + " within "
                + MEETING_MILLIS
                + " ms; the node goes on calling there",
            Answer.Outcome.UNKNOWN,
            MEETING_MILLIS));
  }

  private void onMeeting(NodeId member) {
    for (Meeting meeting : List.copyOf(meetings)) {
      Optional<NodeId> expected = meeting.join.expected();
      if (expected.isEmpty() || membership.roster().contains(expected.get())) {
        meeting.answer(new Answer.Done());
      } else if (isAt(member, meeting.join.peers())) {
        meeting.answer(
            Answer.Refused.notApplied(
                Answer.Reason.BAD_REQUEST,
                "the member there is " + member + ", not " + expected.get()));
      }
    }
  }

  private boolean isAt(NodeId member, List<HostPort> addresses) {
    return membership
        .roster()
        .find(member)
        .map(MemberEntry::address)
        .filter(addresses::contains)
        .isPresent();
  }

  private void remove(NodeId member, Consumer<Answer> reply) {
    if (around.isSelf(member)) {
      refuse(reply, member + " is this node: allowed are others, or POST /cluster/leave");
    } else if (!membership.gossip().remove(member)) {
      refuse(reply, member + " is no member, allowed are those of /membership");
    } else {
      reply.accept(new Answer.Done());
    }
  }

  private void leave(Consumer<Answer> reply) {
    if (membership.roster().peers().isEmpty()) {
      refuse(reply, "the node is alone, there is nobody to hand its keys over to");
    } else if (leavers.size() >= MAX_WAITING) {
      refuse(reply, "the node is leaving already");
    } else {
      leavers.add(reply);
      if (!leaving) {
        leaving = true;
        waitingSaidMillis = around.clock().monotonicMillis();
        membership.beginLeaving();
        around.after(LEAVING_STEP_MILLIS, this::leaveWhenHandedOver);
      }
    }
  }

  private void leaveWhenHandedOver() {
    if (!leaving) {
      return;
    }
    if (!moves.isHandedOver()) {
      sayForWhomItWaits();
      around.after(LEAVING_STEP_MILLIS, this::leaveWhenHandedOver);
      return;
    }
    membership.leave();
    around.after(
        FAREWELL_MILLIS,
        () -> {
          membership.becomeAlone();
          beginNewLifeAfter(dots.actor().incarnation());
          leavers.forEach(reply -> reply.accept(new Answer.Done()));
          leavers.clear();
          leaving = false;
        });
  }

  private void sayForWhomItWaits() {
    long now = around.clock().monotonicMillis();
    if (now - waitingSaidMillis < WAITING_SAID_MILLIS || !moves.isShortOfOwners()) {
      return;
    }
    waitingSaidMillis = now;
    List<NodeId> away = new ArrayList<>();
    for (MemberEntry member : membership.roster().owning()) {
      if (!around.liveness().isReachable(member.id())) {
        away.add(member.id());
      }
    }
    membership.notice(
        "leaving waits for "
            + away
            + ": without them too few owners of keys that are held here would be left; bring them"
            + " back, or remove them if they never return");
  }

  /** A word of it may still be under way when the life that it asks for has begun. */
  private void outlive(long incarnation) {
    if (incarnation >= dots.actor().incarnation()) {
      beginNewLifeAfter(incarnation);
    }
  }

  /** Should it join again, it is not taken for the one that has gone. */
  private void beginNewLifeAfter(long incarnation) {
    try {
      dots.renewBeyond(incarnation);
    } catch (StoreException e) {
      // A store that takes no notes takes no writes either; the next start begins a new life.
      return;
    }
  }
}
