package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members that own no keys, and members of sites far apart. */
@Timeout(180)
final class DutiesProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldSettleInOneZoneAloneWhileTheOtherIsDown() throws IOException {
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      addresses.add("127.0.0.1:" + FreePorts.next());
    }
    for (int i = 1; i <= 4; i++) {
      TestNode node =
          cluster.add(i, addresses, List.of(), FreePorts.next(), List.of("--mirrors", "4"));
      addZones(node.home().resolve("membership"));
      node.launch();
    }
    cluster.nodes().forEach(TestNode::awaitServing);
    awaitStatus("all&w=each-zone", 200);
    cluster.node(3).kill();
    cluster.node(4).kill();
    awaitStatus("here&w=local-quorum", 200);
    HttpAnswer apart = cluster.node(1).curl("/write?name=apart&w=each-zone", "-d", "v");
    assertEquals(503, apart.status(), apart.toString());

    cluster.node(3).start();
    cluster.node(4).start();
    awaitStatus("again&w=each-zone", 200);
    Await.until(
        () -> "it comes to the other zone: " + cluster.node(4).read("here"),
        LIMIT,
        () -> cluster.node(4).curl("/read?r=one&name=here").text().equals("v"));
  }

  /** The first two are in one zone, the others in another. */
  private static void addZones(Path membership) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(membership)) {
      lines.add(line + " zone=" + (line.matches("n[12] .*") ? "east" : "west"));
    }
    Files.write(membership, lines);
  }

  private void awaitStatus(String target, int status) {
    HttpAnswer[] last = new HttpAnswer[1];
    Await.until(
        () -> target + ": " + last[0],
        LIMIT,
        () -> {
          last[0] = cluster.node(1).curl("/write?name=" + target, "-d", "v");
          return last[0].status() == status;
        });
  }

  @Test
  void shouldServeThroughAFollowerAndAProxy() throws IOException {
    cluster.start(3);
    cluster.node(1).write("before&w=all", "there already");
    TestNode follower =
        cluster.join("follower", "follower", FreePorts.next(), "--role", "follower");
    TestNode proxy = cluster.join("proxy", "proxy", FreePorts.next(), "--role", "proxy");
    awaitValue(follower, "before", "there already");

    HttpAnswer through = proxy.write("through&w=all", "by the proxy");
    assertEquals("3/3", through.header("Volute-Acks"), "neither of the two is counted");
    assertEquals("by the proxy", proxy.read("through").text());
    assertFalse(proxy.keys().contains("through"), "a proxy keeps nothing");

    assertEquals("3/3", follower.write("handed&w=all", "on").header("Volute-Acks"));
    awaitValue(follower, "handed", "on");
    long lagMillis = Long.parseLong(follower.read("handed").header("Volute-Lag-Millis"));
    assertFalse(lagMillis < 0, "lag: " + lagMillis);
    assertEquals("", cluster.node(1).read("handed").header("Volute-Lag-Millis"));
  }

  /** From its own copy, as its lag tells. */
  private static void awaitValue(TestNode node, String name, String value) {
    Await.until(
        () -> name + " at " + node.uid() + ": " + node.read(name),
        LIMIT,
        () -> {
          HttpAnswer answer = node.read(name);
          return answer.text().equals(value) && !answer.header("Volute-Lag-Millis").isEmpty();
        });
  }
}
