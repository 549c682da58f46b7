package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bytes that nobody who speaks the protocols would send: a node takes no notice. */
@Timeout(240)
final class JunkBytesProcessTest {
  private static final long SEED = Long.getLong("volute.seed", 1);
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(10);

  /** Of the wire format: magic and checksum come first, then what the checksum covers. */
  private static final int CHECKSUM_AT = 4;

  private static final int CHECKED_FROM = 8;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  private final Generator generator = new Generator(SEED);

  @Test
  void shouldStandJunkOnItsDoorsForClients() throws IOException {
    TestNode node = cluster.start(1).node(1);
    node.write("key", "value");
    String before = node.keys();
    for (int i = 0; i < 150; i++) {
      byte[] junk = i % 2 == 0 ? generator.bytes(generator.below(3000)) : almostHttp();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
        socket.getOutputStream().write(junk);
      } catch (IOException e) {
        assertTrue(node.isAlive(), e.toString());
      }
      try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        socket.connect(UnixDomainSocketAddress.of(node.socket()));
        socket.write(ByteBuffer.wrap(junk));
      } catch (IOException e) {
        assertTrue(node.isAlive(), e.toString());
      }
    }
    assertUnchanged(node, before);
  }

  /** A request with some bytes that are not what they were; never a change that could succeed. */
  private byte[] almostHttp() {
    String request = "GET /read?name=key&r=one HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";
    byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
    for (int i = 1 + generator.below(8); i > 0; i--) {
      bytes[generator.below(bytes.length)] = (byte) generator.below(256);
    }
    return Arrays.copyOf(bytes, bytes.length - generator.below(6));
  }

  @Test
  void shouldStandJunkFromPeers() throws IOException {
    List<Integer> ports = List.of(FreePorts.next(), FreePorts.next());
    try (PeerTap tap = new PeerTap(ports.get(0), ports.get(1))) {
      for (int i = 0; i < 2; i++) {
        List<String> addresses = new ArrayList<>(List.of(tap.addressOf(0), tap.addressOf(1)));
        addresses.set(i, "127.0.0.1:" + ports.get(i));
        cluster.add(i + 1, addresses, List.of(), FreePorts.next(), List.of()).launch();
      }
      cluster.nodes().forEach(TestNode::awaitServing);
      for (int i = 0; i < 20; i++) {
        cluster.node(i % 2 + 1).write("key-" + i + "&mirrors=2&w=all", "value " + i);
      }
      TestNode node = cluster.node(1);
      Await.until("quiet", SETTLE_LIMIT, () -> node.keys().equals(cluster.node(2).keys()));
      String before = node.keys();
      List<byte[]> real = tap.seenByFirst();
      assertFalse(real.isEmpty());
      for (int i = 0; i < 3000; i++) {
        tap.sendTo(0, junk(generator.pick(real)));
      }
      assertUnchanged(node, before);
      // What passes the checksum may be believed, but must not bring the node down.
      for (int i = 0; i < 1500; i++) {
        tap.sendTo(0, withChecksum(junk(generator.pick(real))));
      }
      Await.pause(500);
      assertEquals("running", node.ask("/status").text().strip());
      assertOnlyAStrangerIsTold(node.log());
      node.write("afterwards&mirrors=1&w=one", "value");
    }
  }

  private byte[] junk(byte[] real) {
    byte[] bytes = real.clone();
    switch (generator.below(5)) {
      case 0:
        return generator.bytes(generator.below(2000));
      case 1:
        return Arrays.copyOf(bytes, generator.below(bytes.length));
      case 2:
        return Arrays.copyOf(bytes, bytes.length + 1 + generator.below(100));
      default:
        for (int i = 1 + generator.below(4); i > 0; i--) {
          bytes[generator.below(bytes.length)] ^= (byte) (1 << generator.below(8));
        }
        return bytes;
    }
  }

  private static byte[] withChecksum(byte[] bytes) {
    if (bytes.length > CHECKED_FROM) {
      CRC32C checksum = new CRC32C();
      checksum.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putInt(CHECKSUM_AT, (int) checksum.getValue());
    }
    return bytes;
  }

  private static void assertUnchanged(TestNode node, String before) throws IOException {
    Await.pause(200);
    assertTrue(node.isAlive());
    assertEquals("running", node.ask("/status").text().strip());
    assertEquals(before, node.keys());
    assertOnlyAStrangerIsTold(node.log());
  }

  /**
   * Junk may look as if somebody had another cluster key, which is said once; and on a slow machine
   * one of the two may have waited for the other for long.
   */
  private static void assertOnlyAStrangerIsTold(String log) {
    List<String> told =
        log.lines()
            .filter(line -> !line.matches(".* member n[12] at \\S+ is (dead|back).*"))
            .toList();
    assertTrue(told.size() <= 1, log);
    told.forEach(line -> assertTrue(line.contains("does not prove this node's cluster key"), log));
  }
}
