package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One node that becomes five and then three, one of them with an empty disk, under writes. */
@Timeout(240)
final class GrowthProcessTest {
  private static final int MOST = 5;
  private static final int LEAST_WRITES = 200;
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final long BETWEEN_MILLIS = Long.getLong("volute.chaos.betweenMillis", 500);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldLoseNoAcknowledgedWriteWhileItGrowsAndShrinks() throws IOException {
    List<String> addresses = new ArrayList<>();
    for (int i = 1; i <= MOST; i++) {
      addresses.add("127.0.0.1:" + FreePorts.next());
      add(i, addresses);
    }
    cluster.node(1).start();
    try (Writers writers = new Writers(cluster.nodes(), MOST, true)) {
      writers.start();
      for (int i = 2; i <= MOST; i++) {
        Await.pause(BETWEEN_MILLIS);
        cluster.node(i).start();
      }
      awaitMembers(List.of(1, 2, 3, 4, 5), 5);
      leave(1);
      leave(2);
      awaitMembers(List.of(3, 4, 5), 3);
      wipe(cluster.node(5));
      awaitMembers(List.of(3, 4, 5), 3);
      Await.pause(BETWEEN_MILLIS);
      writers.stop();
      assertTrue(writers.acknowledged() > LEAST_WRITES, writers.counts());
      for (int number : List.of(3, 4, 5)) {
        assertEquals(List.of(), writers.objections(cluster.node(number)), "n" + number);
      }
      System.out.println("grown and shrunk: " + writers.counts());
    }
  }

  /** It knows itself, and the first node if it is another one. */
  private void add(int number, List<String> addresses) throws IOException {
    Path home = Files.createDirectories(cluster.directory().resolve("n" + number));
    String address = addresses.get(number - 1);
    Files.writeString(home.resolve("membership"), "n" + number + " " + address + "\n");
    List<String> flags = new ArrayList<>();
    flags.addAll(List.of("--port", address.substring(address.lastIndexOf(':') + 1)));
    if (number > 1) {
      flags.addAll(List.of("--join", addresses.get(number == MOST ? 2 : 0)));
    }
    cluster.add(new TestNode("n" + number, home, FreePorts.next(), List.of(), flags));
  }

  private void leave(int number) {
    TestNode node = cluster.node(number);
    HttpAnswer left = node.curlSocket("/cluster/leave", "-X", "POST");
    assertEquals(200, left.status(), left.toString());
    node.stop();
  }

  /** Its process is killed, and it comes back with its name and nothing else. */
  private static void wipe(TestNode node) throws IOException {
    node.kill();
    try (Stream<Path> files = Files.walk(node.home())) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!file.equals(node.home()) && !file.endsWith("membership")) {
          Files.deleteIfExists(file);
        }
      }
    }
    node.start();
  }

  private void awaitMembers(List<Integer> numbers, int count) {
    String[] seen = {""};
    Await.until(
        () -> count + " members are alive, but:\n" + seen[0],
        LIMIT,
        () -> {
          for (int number : numbers) {
            seen[0] = cluster.node(number).curlSocket("/membership").text();
            if (seen[0].lines().filter(line -> line.endsWith(" alive")).count() != count) {
              return false;
            }
          }
          return true;
        });
  }
}
