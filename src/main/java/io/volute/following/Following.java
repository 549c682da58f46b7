package io.volute.following;

import io.volute.command.Answer.MemberState;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.record.Name;
import io.volute.record.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A follower's side: tells every member what it follows, again and again, and works out from the
 * answers how old its copy may be.
 *
 * <p>A member answers for how long a time ago this node had everything that it had coordinated or
 * held. That is counted from when the question was asked, so no clocks are compared and the time on
 * the way counts against the copy. The copy as a whole is as old as the oldest word. Members that
 * are dead are left out as long as most are not: what they did is compared by the others. When most
 * can't be reached this node may be the one that is cut off, and its copy ages.
 */
public final class Following implements Roster.Observer {
  private static final long INTERVAL_MILLIS = 250;

  private final Surroundings around;
  private final List<Value> prefixes;

  /** As of when this node has all that a member had, on the monotonic clock. */
  private final Map<NodeId, Long> asOfMillis = new TreeMap<>();

  private final Map<NodeId, Long> questions = new TreeMap<>();

  public Following(Surroundings around) {
    this.around = around;
    this.prefixes =
        around.settings().duty().follows().stream()
            .map(prefix -> Value.of(prefix.getBytes(StandardCharsets.UTF_8)))
            .toList();
  }

  /** Begins, where this node is a follower. */
  public void start() {
    if (!prefixes.isEmpty()) {
      around.followed().follow(around.self(), prefixes);
      onInterval();
    }
  }

  @Override
  public void onRosterChanged(Roster before, Roster after) {
    asOfMillis.keySet().removeIf(member -> !after.contains(member));
    for (NodeId member : List.copyOf(questions.keySet())) {
      if (!after.contains(member)) {
        forget(member);
      }
    }
  }

  private TreeSet<NodeId> members() {
    TreeSet<NodeId> members = new TreeSet<>();
    around.liveness().roster().peers().stream()
        .filter(peer -> around.roleOf(peer.id()) == Role.MEMBER)
        .forEach(peer -> members.add(peer.id()));
    return members;
  }

  private void onInterval() {
    for (NodeId member : members()) {
      if (!around.liveness().isReachable(member)) {
        forget(member);
      } else if (!questions.containsKey(member)) {
        ask(member);
      }
    }
    around.after(INTERVAL_MILLIS, this::onInterval);
  }

  private void forget(NodeId member) {
    Long question = questions.remove(member);
    if (question != null) {
      around.questions().forget(question);
    }
  }

  private void ask(NodeId member) {
    long askedAtMillis = around.clock().monotonicMillis();
    long question =
        around
            .questions()
            .ask(
                around.endpoint(member),
                id -> new Message.Follow(id, prefixes),
                answer -> onAnswer(member, answer, askedAtMillis));
    questions.put(member, question);
  }

  private boolean onAnswer(NodeId member, Message answer, long askedAtMillis) {
    if (!(answer instanceof Message.Followed followed)) {
      return false;
    }
    questions.remove(member);
    if (followed.behindMillis() >= 0) {
      asOfMillis.put(member, askedAtMillis - followed.behindMillis());
    } else {
      // It has begun anew: what it said before holds no longer.
      asOfMillis.remove(member);
    }
    return true;
  }

  /** How old this node's copy of a key may be; empty where there is none to go by. */
  public OptionalLong lagMillis(Name name) {
    return around.followed().isFollowing(around.self(), name) ? lagMillis() : OptionalLong.empty();
  }

  private OptionalLong lagMillis() {
    TreeSet<NodeId> counting = members();
    long all = counting.size();
    counting.removeIf(member -> around.liveness().stateOf(member) == MemberState.DEAD);
    if (2L * counting.size() <= all) {
      counting = members();
    }
    long now = around.clock().monotonicMillis();
    long oldest = now;
    for (NodeId member : counting) {
      Long asOf = asOfMillis.get(member);
      if (asOf == null) {
        return OptionalLong.empty();
      }
      oldest = Math.min(oldest, asOf);
    }
    return counting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(now - oldest);
  }
}
