package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.Change;
import io.volute.client.ClientSettings;
import io.volute.client.VoluteClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Java client, while the node that it talks to is killed. */
@Timeout(240)
final class ClientFailoverProcessTest {
  private static final int WRITES = 300;
  private static final int KILLED_AT = 100;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldLoseNothingThatWasAppliedWhenItsNodeIsKilled() throws IOException {
    cluster.start(3);
    String[] addresses =
        cluster.nodes().stream().map(node -> "localhost:" + node.httpPort()).toArray(String[]::new);
    ClientSettings settings =
        ClientSettings.of(addresses).withTimes(Duration.ofSeconds(5), Duration.ofSeconds(20));
    Map<String, String> applied = new TreeMap<>();
    int unknown = 0;
    try (VoluteClient client = VoluteClient.of(settings)) {
      for (int i = 0; i < WRITES; i++) {
        if (i == KILLED_AT) {
          cluster.node(1).kill();
        }
        String name = "key-" + i % 50;
        String value = "value " + i;
        Change change = client.write(name, value.getBytes(StandardCharsets.UTF_8));
        if (change.isApplied()) {
          applied.put(name, value);
          assertEquals(value, client.read(name).orElseThrow().text(), "its own write");
        } else {
          unknown++;
          applied.remove(name);
        }
      }
      for (Map.Entry<String, String> entry : applied.entrySet()) {
        assertEquals(entry.getValue(), client.read(entry.getKey()).orElseThrow().text());
      }
    }
    assertTrue(unknown <= 1, unknown + " writes of unknown outcome; one was under way at most");
    assertTrue(applied.size() >= 49, applied.size() + " keys");
  }
}
