package io.volute.sim;

import io.volute.command.Answer;
import io.volute.command.Answer.MemberState;
import io.volute.command.Command;
import io.volute.identity.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nobody loses a member that runs and that it hears and is heard by, whatever others suffer and
 * say: whoever doubts it learns better within a bound. Looked at while the troubles last; looking
 * changes nothing of the run.
 */
final class FalseDoubts {
  /** How often it is looked at. */
  static final long LOOK_MILLIS = 250;

  /**
   * So long after the last trouble between two members each has found the other again: it calls at
   * those that it has lost in each probe interval.
   */
  private static final long FOUND_MILLIS = 5000;

  /** Whoever is accused falsely after that has refuted it within this time. */
  private static final long REFUTED_MILLIS = 1000;

  private record Pair(NodeId one, NodeId other) {
    Pair turned() {
      return new Pair(/* one= */ other, /* other= */ one);
    }
  }

  private final SimWorld world;

  /** Since when both run, know each other and can talk. */
  private final Map<Pair, Long> soundSince = new HashMap<>();

  /** Since when one of such a pair doubts the other. */
  private final Map<Pair, Long> doubtedSince = new HashMap<>();

  FalseDoubts(SimWorld world) {
    this.world = world;
  }

  void look(long nowMillis) {
    Map<Pair, MemberState> seen = new HashMap<>();
    Map<NodeId, Long> runningSince = new HashMap<>();
    for (SimNode node : world.up()) {
      Answer.Status status = (Answer.Status) node.describe(new Command.DescribeStatus());
      if (status.phase() == Answer.Phase.RUNNING) {
        runningSince.put(node.id(), nowMillis - status.uptimeMillis());
        seen.putAll(seenBy(node));
      }
    }
    List<Pair> sound = seen.keySet().stream().filter(pair -> isSound(pair, seen)).toList();
    soundSince.keySet().retainAll(sound);
    doubtedSince.keySet().retainAll(sound);
    for (Pair pair : sound) {
      long since =
          Math.max(
              soundSince.getOrDefault(pair, nowMillis),
              Math.max(runningSince.get(pair.one()), runningSince.get(pair.other())));
      soundSince.put(pair, since);
      if (seen.get(pair) == MemberState.ALIVE) {
        doubtedSince.remove(pair);
      } else {
        doubtedSince.putIfAbsent(pair, nowMillis);
        check(pair, nowMillis, since);
      }
    }
  }

  private static Map<Pair, MemberState> seenBy(SimNode node) {
    Map<Pair, MemberState> seen = new HashMap<>();
    Answer.Membership members = (Answer.Membership) node.describe(new Command.DescribeMembership());
    for (Answer.MemberLine line : members.members()) {
      if (line.state() != MemberState.LEFT && !line.node().equals(node.id())) {
        seen.put(new Pair(node.id(), line.node()), line.state());
      }
    }
    return seen;
  }

  /** Whether both know each other, and nothing is in the way. */
  private boolean isSound(Pair pair, Map<Pair, MemberState> seen) {
    return seen.containsKey(pair.turned())
        && world.network().isSound(pair.one(), pair.other())
        && world.network().isSound(pair.other(), pair.one());
  }

  private void check(Pair pair, long nowMillis, long since) {
    long falseSince = Math.max(doubtedSince.get(pair), since + FOUND_MILLIS);
    Oracle.check(
        nowMillis - falseSince <= REFUTED_MILLIS,
        () ->
            pair.one()
                + " has doubted "
                + pair.other()
                + " for "
                + (nowMillis - doubtedSince.get(pair))
                + " ms, though both run and can talk for "
                + (nowMillis - since)
                + " ms");
  }
}
