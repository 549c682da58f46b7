package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that are not what they say. */
@Timeout(180)
final class StrangersProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldSayInOneLineThatANameIsTaken() throws IOException {
    cluster.start(2);
    TestNode impostor = cluster.join("impostor", "n2", FreePorts.next());
    String reason = "the name n2 is that of a living member";
    assertNotTakenIn(impostor, reason, "this node is alone, since no member has answered at ");
  }

  @Test
  void shouldSayOnBothSidesThatAnAddressIsThatOfALivingMember() throws IOException {
    cluster.start(2);
    String taken = cluster.node(2).peerAddress();
    TestNode thief = cluster.join("thief", "thief", FreePorts.next(), "--advertise", taken);
    String reason = "thief gives " + taken + " as its address, which is n2's";
    assertNotTakenIn(thief, reason, "n1 does not take this node in: " + reason);
  }

  /** Both sides say so, and the others go on. */
  private void assertNotTakenIn(TestNode stranger, String reason, String said) {
    awaitLine(cluster.node(1), "a node was not taken in: " + reason);
    awaitLine(stranger, said);
    cluster.nodes().subList(0, 2).forEach(node -> assertMembers(node, 2));
    assertEquals(200, cluster.node(1).curl("/write?name=k&w=all", "-d", "v").status());
  }

  @Test
  void shouldTakeANodeInAtTheAddressOfAMemberThatIsGone() throws IOException {
    cluster.start(3);
    String address = cluster.node(3).peerAddress();
    cluster.node(3).kill();
    Await.until(
        () -> membership(1), LIMIT, () -> membership(1).contains("n3 " + address + " dead"));
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    TestNode heir = cluster.join("heir", "heir", port);
    Await.until(
        () -> membership(2), LIMIT, () -> membership(2).contains("heir " + address + " alive"));
    HttpAnswer removed = cluster.node(1).curlSocket("/remove-peer?uid=n3", "-X", "POST");
    assertEquals(200, removed.status(), removed.toString());
    Await.until(() -> membership(1), LIMIT, () -> alive(1) == 3);
    Await.until(
        () -> "all three write: " + heir.log(),
        LIMIT,
        () -> heir.curl("/write?name=k&w=all", "-d", "v").header("Volute-Acks").equals("3/3"));
  }

  /** With libfaketime, where it is installed: a real clock can be set for all only. */
  @Test
  void shouldSayInOneLineThatAClockIsFarOff() {
    Path library = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    Assumptions.assumeTrue(Files.exists(library), "a clock that is off needs " + library);
    List<String> addresses = List.of(loopback(), loopback());
    List<String> ahead =
        List.of("env", "LD_PRELOAD=" + library, "FAKETIME=+1h", "FAKETIME_DONT_FAKE_MONOTONIC=1");
    List<String> flags = List.of("--network-preset", "local");
    cluster.add(1, addresses, List.of(), FreePorts.next(), flags).launch();
    cluster.add(2, addresses, ahead, FreePorts.next(), flags).launch();
    cluster.nodes().forEach(TestNode::awaitServing);
    awaitLine(cluster.node(1), "the clock of member n2 is 3600 s ahead of this node's");
    awaitLine(cluster.node(2), "the clock of member n1 is 3600 s behind this node's");
    assertMembers(cluster.node(1), 2);
  }

  private static String loopback() {
    return "127.0.0.1:" + FreePorts.next();
  }

  @Test
  void shouldSayInOneLineThatANodeHasAnotherClusterKey() throws IOException {
    Path right = Files.writeString(cluster.directory().resolve("right"), "r".repeat(40));
    Path wrong = Files.writeString(cluster.directory().resolve("wrong"), "w".repeat(40));
    cluster.start(2, "--cluster-key", right.toString());
    cluster.join("other", "other", FreePorts.next(), "--cluster-key", wrong.toString());
    String line = "somebody who does not prove this node's cluster key wants to talk";
    awaitLine(cluster.node(1), line);
    Await.pause(3000);
    assertEquals(1, cluster.node(1).log().lines().filter(one -> one.contains(line)).count());
    assertMembers(cluster.node(1), 2);
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
}
