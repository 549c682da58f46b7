package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes that can't hear each other, or are never up together, and are written to both. */
@Timeout(240)
final class PartitionProcessTest {
  private static final Duration HEAL_LIMIT = Duration.ofSeconds(15);
  private static final List<String> FLAGS = List.of("--mirrors", "2", "--insecure");
  private static final int KEYS = 5;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  private NetworkCut network;

  @Test
  void shouldKeepBothWritesOfNodesThatWereCutApart() {
    try (NetworkCut made = NetworkCut.make(2)) {
      network = made;
      for (int i = 1; i <= 2; i++) {
        cluster.add(i, network.addresses(), network.inside(i), FreePorts.next(), FLAGS).launch();
      }
      cluster.nodes().forEach(TestNode::awaitServing);
      write(1, "before&w=all", "seen by both");
      network.cutOff(List.of(1));
      writeDifferently();
      // Each side serves what it has, and says so when more is asked for.
      assertEquals("from n1", read(1, "key-0&r=one").text());
      HttpAnswer refused = read(2, "key-0&r=all");
      assertEquals(503, refused.status(), refused.toString());
      assertNotEquals("", refused.header("Retry-After"));
      network.heal();
      assertSiblingsThenResolve();
      // Stopped here, while the namespaces are there.
      cluster.nodes().forEach(TestNode::stop);
    }
  }

  @Test
  void shouldKeepBothWritesOfNodesThatWereNeverUpTogether() {
    cluster.start(2, FLAGS.toArray(String[]::new));
    write(1, "before&w=all", "seen by both");
    cluster.node(2).kill();
    writeAt(1);
    cluster.node(1).kill();
    cluster.node(2).start();
    writeAt(2);
    cluster.node(1).start();
    assertSiblingsThenResolve();
  }

  private void writeDifferently() {
    writeAt(1);
    writeAt(2);
  }

  private void writeAt(int number) {
    for (int i = 0; i < KEYS; i++) {
      write(number, "key-" + i + "&w=one", "from n" + number);
    }
    write(number, "only-" + number + "&w=one", "alone");
    if (number == 1) {
      HttpAnswer deleted = curl(1, "/delete?name=before&w=one", "-X", "POST");
      assertEquals(200, deleted.status(), deleted.toString());
    } else {
      write(2, "before&w=one", "written while it was deleted");
    }
  }

  private void assertSiblingsThenResolve() {
    String[] listed = new String[2];
    Await.until(
        () -> "both list the same:\n" + String.join("\n", listed),
        HEAL_LIMIT,
        () -> {
          for (int i = 0; i < 2; i++) {
            listed[i] = curl(i + 1, "/list-keys?deleted=1").text();
          }
          return listed[0].equals(listed[1])
              && listed[0].contains("\"only-1\"")
              && listed[0].contains("\"only-2\"");
        });
    for (int number = 1; number <= 2; number++) {
      for (int i = 0; i < KEYS; i++) {
        HttpAnswer all = read(number, "key-" + i + "&siblings=all&r=one");
        assertEquals(300, all.status(), all.toString());
        assertEquals("2", all.header("Volute-Siblings"));
        assertEquals(List.of("from n1", "from n2"), List.copyOf(new TreeSet<>(all.values())));
        // The newest by wall clock.
        assertEquals("from n2", read(number, "key-" + i).text());
      }
      assertEquals("written while it was deleted", read(number, "before&r=one").text());
    }
    for (int i = 0; i < KEYS; i++) {
      String version = read(i % 2 + 1, "key-" + i).version();
      write((i + 1) % 2 + 1, "key-" + i + "&w=all&version=" + version, "both " + i);
    }
    for (int number = 1; number <= 2; number++) {
      for (int i = 0; i < KEYS; i++) {
        HttpAnswer one = read(number, "key-" + i + "&siblings=all&r=one");
        assertEquals(200, one.status(), one.toString());
        assertEquals("1", one.header("Volute-Siblings"));
        assertEquals("both " + i, one.text());
      }
    }
    assertTrue(curl(1, "/list-keys").text().contains("\"key-0\":\"6:"));
  }

  // ---- by the unix sockets, which are the same on both sides of a cut -------------------------

  private HttpAnswer curl(int number, String target, String... arguments) {
    return cluster.node(number).curlSocket(target, arguments);
  }

  private HttpAnswer read(int number, String target) {
    return curl(number, "/read?name=" + target);
  }

  private void write(int number, String target, String value) {
    HttpAnswer answer = curl(number, "/write?name=" + target, "--data-binary", value);
    assertEquals(
        200, answer.status(), () -> "writing " + target + " at n" + number + ": " + answer);
  }
}
