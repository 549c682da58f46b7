package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.Answer;
import io.volute.command.Command;

/** How many peers a member counts on. */
final class ReachablePeers {
  private static final int MOST_MILLIS = 10_000;

  private ReachablePeers() {}

  /** Lets time pass until this member counts on no more peers than this. */
  static void awaitMost(SimCluster cluster, String member, int most) {
    for (int i = 0; count(cluster, member) > most; i++) {
      assertTrue(i < MOST_MILLIS, "silent members are still counted on");
      cluster.pass(1);
    }
  }

  private static long count(SimCluster cluster, String member) {
    Answer.Health health = (Answer.Health) cluster.ask(member, new Command.DescribeHealth());
    return health.peers().stream().filter(Answer.PeerHealth::reachable).count();
  }
}
