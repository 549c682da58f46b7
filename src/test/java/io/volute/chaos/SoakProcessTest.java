package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cluster in trouble for as long as is asked: kills, pauses, orderly restarts and, in a network
 * of its own, cuts between members, while clients write. After each round everything is mended and
 * all that was acknowledged must be there. Only {@code scripts/soak} starts it.
 */
@EnabledIfSystemProperty(named = "volute.soak.minutes", matches = "[0-9]+")
final class SoakProcessTest {
  private static final int NODES = 5;
  private static final int WRITERS = 8;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration MEND_LIMIT = Duration.ofSeconds(60);

  /** The network is this program's alone: its rules may be changed. */
  private static final boolean HAS_OWN_NETWORK = "own".equals(System.getenv("VOLUTE_SOAK_NETWORK"));

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  private final List<Integer> peerPorts = new ArrayList<>();

  @Test
  void shouldLoseNothingAcknowledgedHoweverLongTheTroubleLasts() throws IOException {
    long minutes = Long.getLong("volute.soak.minutes");
    long seed = Long.getLong("volute.soak.seed", System.nanoTime());
    System.out.println("soak: " + minutes + " min, -Dvolute.soak.seed=" + seed);
    Random random = new Random(seed);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    start();
    try (Writers writers = new Writers(cluster.nodes(), WRITERS, true)) {
      int round = 0;
      do {
        round++;
        int before = writers.acknowledged();
        writers.start();
        Await.pause(500 + random.nextInt(1000));
        String trouble = trouble(random);
        Await.pause(500 + random.nextInt(1000));
        writers.stop();
        awaitMended();
        for (TestNode node : cluster.nodes()) {
          String when = "round " + round + " (" + trouble + "), seed " + seed;
          assertEquals(List.of(), writers.objections(node), when);
        }
        System.out.println(
            "round " + round + ": " + trouble + ": " + (writers.acknowledged() - before) + " more");
      } while (System.nanoTime() < end);
      System.out.println("soak: " + round + " rounds, nothing lost: " + writers.counts());
      assertTrue(writers.acknowledged() > 0, writers.counts());
    }
  }

  private void start() {
    List<String> addresses = new ArrayList<>();
    for (int i = 1; i <= NODES; i++) {
      peerPorts.add(FreePorts.next());
      addresses.add("127.0.0.1:" + peerPorts.get(i - 1));
    }
    for (int i = 1; i <= NODES; i++) {
      cluster.add(i, addresses, List.of(), FreePorts.next(), List.of()).launch();
    }
    cluster.nodes().forEach(TestNode::awaitServing);
  }

  /** Makes trouble and ends it; says what it was. */
  private String trouble(Random random) {
    List<TestNode> some = new ArrayList<>(cluster.nodes());
    Collections.shuffle(some, random);
    List<TestNode> chosen = some.subList(0, 1 + random.nextInt(2));
    String names = String.join(" and ", chosen.stream().map(TestNode::uid).toList());
    long millis = 500L + random.nextInt(6000);
    switch (random.nextInt(HAS_OWN_NETWORK ? 5 : 4)) {
      case 0 -> {
        chosen.forEach(TestNode::kill);
        Await.pause(millis);
        chosen.forEach(TestNode::launch);
        chosen.forEach(TestNode::awaitServing);
        return "killed " + names + " for " + millis + " ms";
      }
      case 1 -> {
        cluster.nodes().forEach(node -> node.signal("KILL"));
        cluster.nodes().forEach(TestNode::dispose);
        cluster.nodes().forEach(node -> node.awaitExit(LIMIT));
        cluster.nodes().forEach(TestNode::launch);
        cluster.nodes().forEach(TestNode::awaitServing);
        return "killed all";
      }
      case 2 -> {
        chosen.forEach(node -> node.signal("STOP"));
        Await.pause(millis);
        chosen.forEach(node -> node.signal("CONT"));
        return "paused " + names + " for " + millis + " ms";
      }
      case 3 -> {
        chosen.get(0).stop();
        chosen.get(0).start();
        return "restarted " + chosen.get(0).uid() + " in order";
      }
      default -> {
        cut(chosen);
        Await.pause(millis);
        network("delete table inet soak");
        return "cut off " + names + " for " + millis + " ms";
      }
    }
  }

  /** Those hear and are heard by nobody, each other included. */
  private void cut(List<TestNode> chosen) {
    StringBuilder rules =
        new StringBuilder("table inet soak {\n chain in { type filter hook input priority 0;\n");
    for (TestNode node : chosen) {
      int port = peerPorts.get(cluster.nodes().indexOf(node));
      rules.append("udp dport ").append(port).append(" drop\n");
      rules.append("udp sport ").append(port).append(" drop\n");
    }
    network(rules.append("}\n}\n").toString());
  }

  private static void network(String rules) {
    Program.Finished nft =
        Program.of("bash", "-c", "PATH=$PATH:/usr/sbin:/sbin nft -f -")
            .reading(rules.getBytes(StandardCharsets.UTF_8))
            .run(LIMIT);
    assertEquals(0, nft.exitCode(), nft.err());
  }

  /** Every node sees every other one, and no hint is left. */
  private void awaitMended() {
    String[] last = new String[1];
    Await.until(
        () -> "all members alive and no hints: " + last[0],
        MEND_LIMIT,
        () -> {
          for (TestNode node : cluster.nodes()) {
            last[0] = node.uid() + ": " + node.ask("/membership").text();
            if (last[0].lines().filter(line -> line.endsWith(" alive")).count() != NODES) {
              return false;
            }
            last[0] = node.uid() + " has hints";
            if (!node.ask("/metrics").text().contains("\nvolute_hints 0.0\n")) {
              return false;
            }
          }
          return true;
        });
  }
}
