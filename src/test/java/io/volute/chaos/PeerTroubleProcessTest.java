package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of the talk between two nodes when one stands still, is killed, or is found at
 * another address, in namespaces of their own and with a cluster key. The long form: {@code
 * -Dvolute.stop.seconds=20}.
 */
@Timeout(180)
final class PeerTroubleProcessTest {
  private static final long STOP_SECONDS = Long.getLong("volute.stop.seconds", 4);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LARGE_BYTES = 3 << 20;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @TempDir Path files;

  private NetworkCut network;

  @Test
  void shouldGoOnAfterAPeerStoodStillWasKilledAndWasFoundElsewhere() throws Exception {
    Path key = Files.writeString(files.resolve("key"), "k".repeat(40));
    Path large = Files.write(files.resolve("large"), new byte[LARGE_BYTES]);
    try (NetworkCut made = NetworkCut.make(2)) {
      network = made;
      List<String> flags = List.of("--mirrors", "2", "--cluster-key", key.toString());
      for (int i = 1; i <= 2; i++) {
        cluster.add(i, network.addresses(), network.inside(i), FreePorts.next(), flags).launch();
      }
      cluster.nodes().forEach(TestNode::awaitServing);
      write("before&w=all", "both");
      standStill(large);
      kill(large);
      move();
      cluster.nodes().forEach(TestNode::stop);
    }
  }

  /** Nothing that was taken meanwhile is lost, and nobody waits for the one that stands. */
  private void standStill(Path large) throws InterruptedException {
    cluster.node(2).signal("STOP");
    for (int i = 0; i < STOP_SECONDS; i++) {
      write("stopped-" + i + "&w=one", "value " + i);
      TimeUnit.SECONDS.sleep(1);
    }
    write("stopped-large&w=one", "@" + large);
    cluster.node(2).signal("CONT");
    for (int i = 0; i < STOP_SECONDS; i++) {
      awaitAtSecond("stopped-" + i, "value " + i);
    }
    awaitLargeAtSecond("stopped-large");
    writeSoon("continued", "both again");
  }

  private void kill(Path large) {
    cluster.node(2).kill();
    write("killed&w=one", "alone");
    write("killed-large&w=one", "@" + large);
    cluster.node(2).start();
    awaitAtSecond("killed", "alone");
    awaitLargeAtSecond("killed-large");
    writeSoon("restarted", "both again");
  }

  /** Sessions go to where the peer is heard from, though the roster knows the old address. */
  private void move() {
    network.readdress(2, 1);
    writeSoon("moved", "both again");
    for (int i = 0; i < 20; i++) {
      writeSoon("moved-" + i, "value " + i);
    }
  }

  private void awaitAtSecond(String name, String value) {
    Await.until(() -> name + " at n2: " + read(name), LIMIT, () -> read(name).text().equals(value));
  }

  private void awaitLargeAtSecond(String name) {
    Await.until(
        () -> name + " at n2: status " + read(name).status(),
        LIMIT,
        () -> read(name).status() == 200 && read(name).text().length() == LARGE_BYTES);
  }

  private HttpAnswer read(String name) {
    return cluster.node(2).curlSocket("/read?r=one&name=" + name);
  }

  /** Both must have it; the other may need a moment to be believed alive. */
  private void writeSoon(String name, String value) {
    Await.until(() -> "both take " + name, LIMIT, () -> tryWrite(name + "&w=all", value) == 200);
    assertEquals(value, read(name).text());
  }

  private int tryWrite(String target, String value) {
    return cluster.node(1).curlSocket("/write?name=" + target, "--data-binary", value).status();
  }

  private void write(String target, String value) {
    HttpAnswer answer = cluster.node(1).curlSocket("/write?name=" + target, "--data-binary", value);
    assertTrue(answer.status() == 200, () -> "writing " + target + ": " + answer);
  }
}
