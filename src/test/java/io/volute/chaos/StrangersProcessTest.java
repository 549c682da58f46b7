package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that are not what they say, and nodes that only seem to be gone. */
@Timeout(180)
final class StrangersProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int STARVED_ROUNDS = 10;
  private static final long STARVED_MILLIS = 700;
  private static final long FED_MILLIS = 300;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldSayInOneLineThatANameIsTaken() throws IOException {
    cluster.start(2);
    TestNode impostor = stranger("impostor", "n2", FreePorts.next());
    awaitLine(cluster.node(1), "a node was not taken in: the name n2 is that of a living member");
    impostor.kill();
    cluster.nodes().subList(0, 2).forEach(node -> assertMembers(node, 2));
    assertEquals(200, cluster.node(1).curl("/write?name=k&w=all", "-d", "v").status());
  }

  @Test
  void shouldSayInOneLineThatANodeHasAnotherClusterKey() throws IOException {
    Path right = Files.writeString(cluster.directory().resolve("right"), "r".repeat(40));
    Path wrong = Files.writeString(cluster.directory().resolve("wrong"), "w".repeat(40));
    cluster.start(2, "--cluster-key", right.toString());
    stranger("other", "other", FreePorts.next(), "--cluster-key", wrong.toString());
    String line = "somebody who does not prove this node's cluster key wants to talk";
    awaitLine(cluster.node(1), line);
    Await.pause(3000);
    assertEquals(1, cluster.node(1).log().lines().filter(one -> one.contains(line)).count());
    assertMembers(cluster.node(1), 2);
  }

  @Test
  void shouldNotHoldANodeForDeadThatGetsLittleOfTheProcessor() throws IOException {
    cluster.start(3);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < STARVED_ROUNDS; i++) {
      cluster.node(3).signal("STOP");
      Await.pause(STARVED_MILLIS);
      seen.add(membership(1));
      seen.add(membership(2));
      cluster.node(3).signal("CONT");
      Await.pause(FED_MILLIS);
    }
    seen.forEach(one -> assertFalse(one.contains(" dead"), one));
    Await.until(
        () -> "all are alive: " + membership(1) + membership(2) + membership(3),
        LIMIT,
        () -> alive(1) == 3 && alive(2) == 3 && alive(3) == 3);
  }

  private String membership(int number) {
    return cluster.node(number).curlSocket("/membership").text();
  }

  private long alive(int number) {
    return membership(number).lines().filter(line -> line.endsWith(" alive")).count();
  }

  private static void assertMembers(TestNode node, int count) {
    String members = node.curlSocket("/membership").text();
    assertTrue(members.lines().filter(line -> line.endsWith(" alive")).count() == count, members);
  }

  private static void awaitLine(TestNode node, String text) {
    Await.until(() -> text + "\nin: " + node.log(), LIMIT, () -> node.log().contains(text));
  }

  private TestNode stranger(String place, String uid, int port, String... flags)
      throws IOException {
    String first = Files.readAllLines(cluster.node(1).home().resolve("membership")).get(0);
    String seed = first.substring(first.indexOf(' ') + 1);
    Path home = Files.createDirectories(cluster.directory().resolve(place));
    Files.writeString(home.resolve("membership"), uid + " 127.0.0.1:" + port + "\n");
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("--port", "" + port, "--join", seed));
    return cluster.add(new TestNode(uid, home, FreePorts.next(), List.of(), all)).start();
  }
}
