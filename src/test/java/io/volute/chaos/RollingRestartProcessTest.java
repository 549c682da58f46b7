package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node after the other is stopped and started, as for an upgrade, while clients write. */
@Timeout(180)
final class RollingRestartProcessTest {
  private static final int WRITERS = 6;
  private static final int LEAST_WRITES = 500;
  private static final long BETWEEN_MILLIS = 1000;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @ParameterizedTest(name = "each says which version it replaces: {0}")
  @ValueSource(booleans = {true, false})
  void shouldNeitherFailNorLoseAWriteWhenNodesRestartOneByOne(boolean careful) throws IOException {
    cluster.start(3);
    try (Writers writers = new Writers(cluster.nodes(), WRITERS, careful)) {
      writers.start();
      for (TestNode node : cluster.nodes()) {
        Await.pause(BETWEEN_MILLIS);
        node.stop();
        Await.pause(BETWEEN_MILLIS);
        node.start();
      }
      Await.pause(BETWEEN_MILLIS);
      writers.stop();
      assertEquals(List.of(), writers.surprises(), writers.counts());
      // A node that stops answers each kept connection once more and closes it with that; clients
      // go on at the next node that they can connect to.
      assertEquals(0, writers.refused(), writers.counts());
      assertTrue(writers.acknowledged() > LEAST_WRITES, writers.counts());
      for (TestNode node : cluster.nodes()) {
        // A blind write replaces what its coordinator sees, which may be less than there is.
        assertEquals(List.of(), writers.objections(node, !careful), node.uid());
      }
      System.out.println("restarted one by one, careful " + careful + ": " + writers.counts());
    }
  }
}
