package io.volute.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Condition;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.sim.SimCluster;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A clock that grows is pruned of its oldest entries, and a value that it had replaced comes back
 * as a sibling (Dynamo, section 4.4, and its heirs). The guard is that nothing is pruned: a context
 * that is too large is refused, and the client told what to do.
 */
@Tag("history")
class ClockPruningTest {
  private static CausalContext contextOf(int actors) {
    CausalContext context = CausalContext.EMPTY;
    for (int i = 0; i < actors; i++) {
      context = context.with(new Dot(new Actor(new NodeId("gone" + i), 1), 7));
    }
    return context;
  }

  private static Version version(String node, CausalContext replaces) {
    Dot dot = new Dot(new Actor(new NodeId(node), 1), 7);
    Mirrors three = new Mirrors(3);
    return new Version(dot, replaces, Version.Kind.VALUE, three, 0, Version.NEVER, "", 1);
  }

  @Test
  void shouldKeepEveryEntryOfAContextThroughWritesAndExchanges() {
    SimCluster cluster = new SimCluster(3);
    CausalContext seen = contextOf(100);
    cluster.ask(
        "n1", SimCluster.change("k", "value", Optional.of(seen), AckLevel.ALL, Condition.NONE));
    cluster.pass(10_000);
    for (String member : List.of("n1", "n2", "n3")) {
      assertTrue(cluster.versions(member, "k").context().covers(seen), member);
    }
  }

  @Test
  void shouldRefuseAContextThatIsTooLargeRatherThanPruneIt() {
    SimCluster cluster = new SimCluster(3);
    Answer answer =
        cluster.ask(
            "n1",
            SimCluster.change(
                "k", "value", Optional.of(contextOf(400)), AckLevel.ALL, Condition.NONE));
    Answer.Refused refused = assertInstanceOf(Answer.Refused.class, answer);
    assertEquals(Answer.Reason.TOO_MANY_SIBLINGS, refused.reason());
    assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
  }

  @Test
  void shouldBringAReplacedValueBackIfAnEntryWerePruned() {
    Version replaced = version("gone0", CausalContext.EMPTY);
    VersionSet whole = VersionSet.of(version("n1", contextOf(3)));
    assertEquals(1, whole.with(replaced).size());
    CausalContext pruned = CausalContext.EMPTY;
    for (Actor actor : contextOf(3).actors().subList(1, 3)) {
      pruned = pruned.with(new Dot(actor, 7));
    }
    assertEquals(2, VersionSet.of(version("n1", pruned)).with(replaced).size());
  }
}
