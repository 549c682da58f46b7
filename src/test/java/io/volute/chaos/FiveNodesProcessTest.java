package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Five nodes, each in a network of its own, cut into two and three, and one that is not heard, all
 * the while written to.
 */
@Timeout(240)
final class FiveNodesProcessTest {
  private static final int SIZE = 5;
  private static final int LEAST_WRITES = 100;
  private static final Duration DETECTION_LIMIT = Duration.ofSeconds(30);
  private static final Duration HEAL_LIMIT = Duration.ofSeconds(30);

  /** How long a cut goes on after all have noticed it. */
  private static final long CUT_MILLIS = Long.getLong("volute.chaos.cutMillis", 1000);

  private static final int ROUNDS = Integer.getInteger("volute.chaos.rounds", 1);

  /** How long the members took to see it, for whoever reads the test's output. */
  private final List<String> times = new ArrayList<>();

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldLoseNothingWhenCutInTwoOrNotHeard() throws IOException {
    try (NetworkCut network = NetworkCut.make(SIZE)) {
      start(network);
      try (Writers writers = new Writers(cluster.nodes(), SIZE, true)) {
        writers.start();
        for (int round = 0; round < ROUNDS; round++) {
          network.cutOff(List.of(1, 2));
          long cutNanos = System.nanoTime();
          awaitState("dead", List.of(3, 4, 5), List.of(1, 2));
          times.add("three lose two after " + millisSince(cutNanos));
          awaitState("dead", List.of(1, 2), List.of(3, 4, 5));
          times.add("two lose three after " + millisSince(cutNanos));
          writeOnEverySide("cut-" + round);
          Await.pause(CUT_MILLIS);
          healAndAwait(network);
          network.mute(5);
          long muteNanos = System.nanoTime();
          awaitState("dead", List.of(1, 2, 3, 4), List.of(5));
          times.add("four lose one that is not heard after " + millisSince(muteNanos));
          cluster.node(1).curlSocket("/write?name=mute-" + round, "--data-binary", "v");
          Await.pause(CUT_MILLIS);
          healAndAwait(network);
        }
        writers.stop();
        assertTrue(writers.acknowledged() > LEAST_WRITES, writers.counts());
        for (TestNode node : cluster.nodes()) {
          assertEquals(List.of(), writers.objections(node, true), node.uid());
        }
        System.out.println("cut in two and muted: " + writers.counts() + "; ms: " + times);
      }
      for (int round = 0; round < ROUNDS; round++) {
        readEverywhere("cut-" + round + "-1", "by n1");
        readEverywhere("cut-" + round + "-3", "by n3");
        readEverywhere("mute-" + round, "v");
      }
      // Stopped here, while the namespaces are there.
      cluster.nodes().forEach(TestNode::stop);
    }
  }

  private void start(NetworkCut network) throws IOException {
    Path key = cluster.directory().resolve("key");
    Files.writeString(key, "0123456789abcdef0123456789abcdef");
    for (int i = 1; i <= SIZE; i++) {
      cluster
          .add(
              i,
              network.addresses(),
              network.inside(i),
              FreePorts.next(),
              List.of("--cluster-key", key.toString(), "--network-preset", "local"))
          .launch();
    }
    cluster.nodes().forEach(TestNode::awaitServing);
    awaitAllAlive();
  }

  /** With stand-ins for the owners on the other side. */
  private void writeOnEverySide(String name) {
    for (int number : List.of(1, 3)) {
      TestNode node = cluster.node(number);
      HttpAnswer answer =
          node.curlSocket(
              "/write?w=one&name=" + name + "-" + number, "--data-binary", "by " + node.uid());
      assertEquals(200, answer.status(), answer.toString());
    }
  }

  private void readEverywhere(String name, String value) {
    for (TestNode node : cluster.nodes()) {
      HttpAnswer answer = node.curlSocket("/read?r=all&name=" + name);
      assertEquals(200, answer.status(), () -> node.uid() + ": " + answer);
      assertEquals(value, answer.text());
    }
  }

  private void healAndAwait(NetworkCut network) {
    network.heal();
    long healNanos = System.nanoTime();
    awaitAllAlive();
    times.add("all alive again after " + millisSince(healNanos));
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  private void awaitAllAlive() {
    List<Integer> all = IntStream.rangeClosed(1, SIZE).boxed().toList();
    awaitState("alive", all, all);
  }

  private void awaitState(String state, List<Integer> members, List<Integer> others) {
    String[] seen = {""};
    Await.until(
        () -> others + " are " + state + " for " + members + ", but:\n" + seen[0],
        state.equals("alive") ? HEAL_LIMIT : DETECTION_LIMIT,
        () -> {
          for (int number : members) {
            seen[0] = cluster.node(number).curlSocket("/membership").text();
            for (int other : others) {
              if (!seen[0].lines().anyMatch(l -> l.matches("n" + other + " \\S+ " + state))) {
                return false;
              }
            }
          }
          return true;
        });
  }
}
