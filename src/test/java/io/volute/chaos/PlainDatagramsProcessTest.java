package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.transport.Datagram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that talk in plain datagrams ({@code --udp}). */
@Timeout(180)
final class PlainDatagramsProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldCarryWhatFitsIntoADatagramAndRefuseTheRestWithTheLimit() throws IOException {
    cluster.start(2, "--udp");
    assertEquals(200, write("fits", Datagram.MAX_VALUE_BYTES).status());
    HttpAnswer read = cluster.node(2).curlSocket("/read?name=fits&r=one");
    assertEquals(Datagram.MAX_VALUE_BYTES, read.text().length());

    for (int bytes : new int[] {Datagram.MAX_VALUE_BYTES + 1, 65 << 10, 300_000}) {
      HttpAnswer refused = write("larger", bytes);
      assertEquals(413, refused.status(), refused.toString());
      assertTrue(refused.text().contains("" + Datagram.MAX_VALUE_BYTES), refused.text());
    }
    assertEquals(404, cluster.node(1).curlSocket("/read?name=larger").status());
  }

  @Test
  void shouldSayOnBothSidesThatANodeUsesTheOtherTransport() throws IOException {
    cluster.start(2);
    TestNode plain = cluster.join("plain", "plain", FreePorts.next(), "--udp");
    awaitLine(cluster.node(1), "a member sends plain datagrams (--udp) and is not understood");
    awaitLine(plain, "no member has answered at " + cluster.node(1).peerAddress());
    awaitLine(plain, "where all members have --udp or none");
    String members = cluster.node(1).curlSocket("/membership").text();
    assertEquals(2, members.lines().count(), members);
  }

  private HttpAnswer write(String name, int bytes) throws IOException {
    Path value = Files.writeString(cluster.directory().resolve("value"), "v".repeat(bytes));
    return cluster
        .node(1)
        .curlSocket("/write?w=all&name=" + name, "--data-binary", "@" + value.toAbsolutePath());
  }

  private static void awaitLine(TestNode node, String text) {
    Await.until(() -> text + "\nin: " + node.log(), LIMIT, () -> node.log().contains(text));
  }
}
