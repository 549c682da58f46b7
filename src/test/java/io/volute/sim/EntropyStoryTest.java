package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.volute.command.AckLevel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a member lost comes back by comparing hash trees. */
class EntropyStoryTest {
  private static final int KEYS = 300;

  private static void writeAll(SimCluster cluster, String prefix, int keys) {
    for (int i = 0; i < keys; i++) {
      cluster.write("n1", prefix + i, "value " + i, AckLevel.ALL);
    }
  }

  @Test
  void shouldFillAWipedMember() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "k", KEYS);
    cluster.wipe("n2");
    cluster.restart("n2");
    cluster.pass(10_000);
    for (int i = 0; i < KEYS; i++) {
      assertEquals(List.of("value " + i), cluster.held("n2", "k" + i));
    }
  }

  @Test
  void shouldFindTheFewKeysThatAnOlderCopyLacks() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "old", KEYS);
    Object copy = cluster.copyDisk("n2");
    writeAll(cluster, "new", 3);
    cluster.delete("n1", "old7", AckLevel.ALL);
    cluster.kill("n2");
    cluster.restoreCopy("n2", copy);
    assertFalse(cluster.held("n2", "old7").isEmpty());
    cluster.restart("n2");
    cluster.pass(10_000);
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("value " + i), cluster.held("n2", "new" + i));
    }
    for (String member : List.of("n1", "n2", "n3")) {
      assertEquals(List.of(), cluster.held(member, "old7"), member);
    }
  }
}
