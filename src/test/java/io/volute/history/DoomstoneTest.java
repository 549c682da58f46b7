package io.volute.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.sim.SimCluster;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A key is deleted, reaped and written again with a clock that begins anew; then a tombstone of the
 * former life turns up, whose clock is higher, and takes the new value with it (Riak's
 * "doomstones"). The guard is that a dot is an event of its actor and not of the key, so that it
 * never begins anew. Floors are a second one: they refuse the tombstone.
 */
@Tag("history")
class DoomstoneTest {
  private static final String KEY = "k";
  private static final Actor ACTOR = new Actor(new NodeId("n1"), 1);

  @Test
  void shouldKeepANewValueWhenAnOldTombstoneTurnsUp() {
    SimCluster cluster = new SimCluster(3);
    for (int i = 0; i < 5; i++) {
      cluster.write("n1", KEY, "old " + i, AckLevel.ALL);
    }
    cluster.delete("n1", KEY, AckLevel.ALL);
    Object copy = cluster.copyDisk("n2");
    cluster.pass(30_000);
    assertTrue(cluster.versions("n1", KEY).isEmpty());
    cluster.write("n1", KEY, "new", AckLevel.ALL);
    cluster.kill("n2");
    cluster.restoreCopy("n2", copy);
    cluster.restart("n2");
    cluster.pass(20_000);
    for (String member : List.of("n1", "n2", "n3")) {
      assertEquals(List.of("new"), cluster.held(member, KEY), member);
    }
  }

  private static Version version(long counter, CausalContext replaces, Version.Kind kind) {
    return new Version(
        new Dot(ACTOR, counter), replaces, kind, new Mirrors(3), 0, Version.NEVER, "", 0);
  }

  @Test
  void shouldLoseTheNewValueIfCountersOfAKeyBeganAnew() {
    CausalContext five = CausalContext.of(new Dot(ACTOR, 5)).raised(ACTOR, 5);
    VersionSet doom = VersionSet.of(version(6, five, Version.Kind.TOMBSTONE));
    VersionSet again = VersionSet.of(version(1, CausalContext.EMPTY, Version.Kind.VALUE));
    assertEquals(doom, again.merge(doom));
    // A dot that the actor has never used stays.
    VersionSet fresh = VersionSet.of(version(7, CausalContext.EMPTY, Version.Kind.VALUE));
    assertEquals(1, fresh.merge(doom).visibleAt(0).size());
  }
}
