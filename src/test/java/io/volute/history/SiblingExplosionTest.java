package io.volute.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Condition;
import io.volute.sim.SimCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two clients that write in turn, each with the context of its own last write, make a sibling with
 * every write where a value carries a version vector (Riak before dotted version vectors). The
 * guard is the dot: a value is named by its own event, so a context replaces just what it covers.
 */
@Tag("history")
class SiblingExplosionTest {
  private static final int ROUNDS = 20;

  @Test
  void shouldKeepOneSiblingForEachOfTwoClientsHoweverLongTheyWrite() {
    SimCluster cluster = new SimCluster(3);
    List<Optional<CausalContext>> seen =
        new ArrayList<>(List.of(Optional.empty(), Optional.of(CausalContext.EMPTY)));
    for (int i = 0; i < ROUNDS; i++) {
      int client = i % 2;
      Answer.Written written =
          (Answer.Written)
              cluster.ask(
                  "n1",
                  SimCluster.change(
                      "k",
                      "client " + client + ", " + i,
                      seen.get(client),
                      AckLevel.ALL,
                      Condition.NONE));
      assertTrue(written.siblings() <= 2, () -> written.siblings() + " siblings");
      // Each has seen its own writes, and nothing of the other's.
      seen.set(client, Optional.of(ownOf(cluster, "client " + client, seen.get(client))));
    }
    for (String member : List.of("n1", "n2", "n3")) {
      assertEquals(2, cluster.held(member, "k").size(), member);
    }
  }

  private static CausalContext ownOf(
      SimCluster cluster, String client, Optional<CausalContext> before) {
    CausalContext own = before.orElse(CausalContext.EMPTY);
    int newest = 0;
    for (var version : cluster.versions("n1", "k")) {
      boolean isItsOwn = cluster.valueOf("n1", "k", version).startsWith(client);
      own = isItsOwn ? own.join(version.context()) : own;
      newest += isItsOwn ? 1 : 0;
    }
    assertEquals(1, newest, client);
    return own;
  }

  /** A value with the vector of all that its server had seen: what a dot is there to avoid. */
  private record Vectored(long vector) {}

  @Test
  void shouldMakeASiblingWithEveryWriteIfValuesCarriedVectors() {
    List<Vectored> siblings = new ArrayList<>();
    long[] seen = {0, 0};
    long counter = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long context = seen[i % 2];
      counter++;
      siblings.removeIf(one -> one.vector() <= context);
      siblings.add(new Vectored(counter));
      // All siblings that are left are covered by the one vector of the server: to tell what a
      // client has seen of them, it can only say up to where, and a client that saw less keeps all.
      seen[i % 2] = context + 1;
    }
    assertTrue(siblings.size() > ROUNDS / 3, () -> siblings.size() + " siblings");
  }
}
