package io.volute.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.sim.SimCluster;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node that has lost its memory issues dots that its peers know already, and they drop its new
 * writes as old ones (Riak's "KV679"). The guards are the life in each actor, and the durable mark
 * below which dots are issued; the last stories go without, and lose a write.
 */
@Tag("history")
class ActorReuseTest {
  private static final String KEY = "k";

  @Test
  void shouldKeepTheWritesOfAWipedCoordinator() {
    SimCluster cluster = new SimCluster(3);
    String first = cluster.preference(KEY).get(0);
    written(cluster.write(first, KEY, "before", AckLevel.ALL));

    cluster.cutOff(List.of(first));
    cluster.wipe(first);
    cluster.restart(first);
    cluster.pass(3000);
    written(cluster.write(first, KEY, "after", AckLevel.ONE));
    cluster.heal();
    cluster.pass(10_000);

    assertAllHold(cluster, Set.of("before", "after"));
  }

  @Test
  void shouldKeepTheWritesOfACoordinatorThatLostItsUnsyncedWrites() {
    SimCluster cluster = new SimCluster(3);
    String first = cluster.preference(KEY).get(0);
    cluster.slowDisk(first, 10_000);
    // Two of three have it; the coordinator's own disk is slow and loses it.
    written(cluster.write(first, KEY, "before", AckLevel.QUORUM));

    cluster.cutOff(List.of(first));
    cluster.losePower(first);
    cluster.slowDisk(first, 0);
    cluster.restart(first);
    cluster.pass(3000);
    written(cluster.write(first, KEY, "after", AckLevel.ONE));
    cluster.heal();
    cluster.pass(10_000);

    assertAllHold(cluster, Set.of("before", "after"));
  }

  @Test
  void shouldTakeANewLifeWhenAContextNamesDotsThatItForgot() {
    SimCluster cluster = new SimCluster(1);
    Answer.Written before = written(cluster.write("n1", KEY, "before", AckLevel.ONE));
    Actor actor = before.version().actors().get(0);
    CausalContext forgotten = before.version().with(new Dot(actor, 1L << 40));

    // Refused while the new life is made durable.
    assertInstanceOf(Answer.Refused.class, cluster.writeOver("n1", KEY, "refused", forgotten));
    cluster.pass(100);
    Answer.Written after = written(cluster.writeOver("n1", KEY, "after", forgotten));

    assertEquals(List.of("after"), cluster.held("n1", KEY));
    assertEquals(2, after.version().actors().size());
  }

  @Test
  void shouldNotReuseADotWhenAnOlderCopyOfTheDiskComesBack() {
    SimCluster cluster = new SimCluster(3);
    String first = cluster.preference(KEY).get(0);
    Object copy = cluster.copyDisk(first);
    written(cluster.write(first, KEY, "before", AckLevel.ALL));
    cluster.cutOff(List.of(first));
    cluster.kill(first);
    cluster.restoreCopy(first, copy);
    cluster.restart(first);
    cluster.pass(3000);
    written(cluster.write(first, KEY, "after", AckLevel.ONE));
    cluster.heal();
    cluster.pass(10_000);

    assertAllHold(cluster, Set.of("before", "after"));
  }

  @Test
  void shouldNotGoOnInTheLifeOfABackupThoughTheClockIsBehind() {
    SimCluster cluster = new SimCluster(3);
    String first = cluster.preference(KEY).get(0);
    Object backup = cluster.copyDisk(first);
    // The next dots are issued above what was leased when the backup was taken.
    cluster.kill(first);
    cluster.restart(first);
    cluster.pass(3000);
    written(cluster.write(first, KEY, "before", AckLevel.ALL));
    cluster.cutOff(List.of(first));
    cluster.jumpClock(first, -3_600_000);
    cluster.wipe(first);
    cluster.restoreCopy(first, backup);
    cluster.restart(first);
    cluster.pass(3000);
    written(cluster.write(first, KEY, "after", AckLevel.ONE));
    cluster.heal();
    cluster.pass(10_000);

    assertAllHold(cluster, Set.of("before", "after"));
  }

  @Test
  void shouldTakeANewLifeWhenPeersKnowDotsThatItForgot() {
    SimCluster cluster = new SimCluster(3);
    String first = cluster.preference(KEY).get(0);
    Object copy = cluster.copyDisk(first);
    // The next dots are issued above what was leased when the copy was taken.
    cluster.kill(first);
    cluster.restart(first);
    cluster.pass(3000);
    Answer.Written before = written(cluster.write(first, KEY, "before", AckLevel.ALL));
    cluster.kill(first);
    cluster.restoreCopy(first, copy);
    cluster.restart(first);
    cluster.pass(10_000);

    Answer.Written after = written(cluster.write(first, KEY, "after", AckLevel.ALL));
    cluster.pass(1000);

    assertAllHold(cluster, Set.of("after"));
    assertNotEquals(before.version().actors(), after.version().actors());
  }

  /** The same life goes on with an older disk and no mark: dots are issued twice. */
  @Test
  void shouldLoseAWriteWithoutTheMarkBelowWhichDotsAreIssued() throws StoreException {
    SimCluster cluster = new SimCluster(3);
    String first = cluster.preference(KEY).get(0);
    cluster.kill(first);
    cluster.store(first).removeNote("lease");
    cluster.restart(first);
    cluster.pass(3000);
    Object copy = cluster.copyDisk(first);
    written(cluster.write(first, KEY, "before", AckLevel.ALL));
    cluster.cutOff(List.of(first));
    cluster.kill(first);
    cluster.restoreCopy(first, copy);
    cluster.store(first).removeNote("lease");
    cluster.restart(first);
    cluster.pass(3000);
    written(cluster.write(first, KEY, "after", AckLevel.ONE));
    cluster.heal();
    cluster.pass(10_000);

    String other = cluster.preference(KEY).get(1);
    assertEquals(List.of("before"), cluster.held(other, KEY));
  }

  /** What a new version would be if its dot were one that its own context covers: known already. */
  @Test
  void shouldDropANewVersionWhoseDotItsContextCovers() {
    Actor actor = new Actor(new NodeId("n1"), 1);
    CausalContext forgotten = CausalContext.of(new Dot(actor, 1)).raised(actor, 9);
    VersionSet held = VersionSet.of(value(new Dot(actor, 10), forgotten));
    assertTrue(held.knows(new Dot(actor, 2)));
    assertEquals(held, held.with(value(new Dot(actor, 2), CausalContext.EMPTY)));
  }

  private static Version value(Dot dot, CausalContext replaces) {
    Mirrors three = new Mirrors(3);
    return new Version(dot, replaces, Version.Kind.VALUE, three, 0, Version.NEVER, "", 1);
  }

  private static Answer.Written written(Answer answer) {
    return assertInstanceOf(Answer.Written.class, answer);
  }

  private static void assertAllHold(SimCluster cluster, Set<String> values) {
    for (String member : cluster.preference(KEY)) {
      assertEquals(values, new HashSet<>(cluster.held(member, KEY)), member);
    }
  }
}
