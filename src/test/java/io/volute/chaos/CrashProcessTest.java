package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that end without a word: what was acknowledged must be there afterwards. */
@Timeout(180)
final class CrashProcessTest {
  private static final int WRITERS = 8;
  private static final int LEAST_WRITES = 100;
  private static final Duration WRITTEN_LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldLoseNothingAcknowledgedWhenASingleNodeIsKilled() throws IOException {
    cluster.start(1);
    killRepeatedly(2, false);
  }

  @Test
  void shouldLoseNothingAcknowledgedWhenAllNodesAreKilled() throws IOException {
    cluster.start(3);
    killRepeatedly(3, true);
  }

  @Test
  void shouldLoseNothingAcknowledgedByRocksDbWhenASingleNodeIsKilled() throws IOException {
    cluster.start(1, "--store", "rocksdb");
    killRepeatedly(2, false);
  }

  @Test
  void shouldStartAfterAKillDuringItsStart() {
    TestNode node = cluster.start(1).node(1);
    node.write("kept", "through all of this");
    for (int i = 0; i < 4; i++) {
      node.kill();
      node.launch();
      Await.pause(ThreadLocalRandom.current().nextLong(600));
    }
    node.kill();
    node.start();
    assertEquals("through all of this", node.read("kept").text());
  }

  private void killRepeatedly(int rounds, boolean careful) throws IOException {
    try (Writers writers = new Writers(cluster.nodes(), WRITERS, careful)) {
      for (int round = 1; round <= rounds; round++) {
        int before = writers.acknowledged();
        writers.start();
        // Not the same length each time, so that the kills meet different moments.
        Await.pause(1500 + ThreadLocalRandom.current().nextLong(1000));
        // On a slow machine that may be hardly a test.
        Await.until(
            () -> "enough is written: " + writers.counts() + " " + writers.surprises(),
            WRITTEN_LIMIT,
            () -> writers.acknowledged() - before > LEAST_WRITES);
        cluster.nodes().forEach(node -> node.signal("KILL"));
        writers.stop();
        cluster.nodes().forEach(TestNode::dispose);
        cluster.nodes().forEach(TestNode::launch);
        cluster.nodes().forEach(TestNode::awaitServing);
        for (TestNode node : cluster.nodes()) {
          assertEquals(List.of(), writers.objections(node), "in round " + round);
        }
      }
      System.out.println("killed " + rounds + " times: " + writers.counts());
    }
  }
}
