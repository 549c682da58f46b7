package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that hold connections and do nothing with them, at a node with a heap of 256 MiB. {@code
 * scripts/test -Dit.test=ManyConnectionsProcessTest -Dvolute.connections=5000} has that many of
 * them on each door, ten thousand together; both sides need a file descriptor for each ({@code
 * ulimit -n}).
 */
@Timeout(180)
final class ManyConnectionsProcessTest {
  private static final int CONNECTIONS = Integer.getInteger("volute.connections", 1500);
  private static final int SLOW_READERS = 60;
  private static final int VALUE_BYTES = 8 << 20;
  private static final int PATIENCE_MILLIS = 20_000;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @TempDir Path directory;

  private static byte[] request(String target) {
    return ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertServes(TestNode node, String name) {
    assertEquals(200, node.write(name, "value").status(), node::report);
    assertEquals("value", node.read(name).text(), node::report);
    assertEquals(200, node.curlSocket("/read?name=" + name).status(), node::report);
  }

  @Test
  void shouldServeOthersWhenThousandsOfConnectionsAreIdle() throws Exception {
    TestNode node = cluster.start(1).node(1);
    List<SocketChannel> idle = new ArrayList<>();
    List<Socket> overTcp = new ArrayList<>();
    try {
      UnixDomainSocketAddress socket = UnixDomainSocketAddress.of(node.socket());
      for (int i = 0; i < CONNECTIONS; i++) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        idle.add(channel);
        channel.connect(socket);
      }
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket one = new Socket(InetAddress.getLoopbackAddress(), node.httpPort());
        overTcp.add(one);
      }
      assertServes(node, "idle");
      // Each of them is served as well, once it has something to say.
      for (int i = 0; i < CONNECTIONS; i += CONNECTIONS / 50) {
        assertTrue(answer(idle.get(i)).startsWith("HTTP/1.1 200"), node::report);
        overTcp.get(i).setSoTimeout(PATIENCE_MILLIS);
        overTcp.get(i).getOutputStream().write(request("/status"));
        assertEquals('H', overTcp.get(i).getInputStream().read(), node::report);
      }
    } finally {
      for (Socket one : overTcp) {
        one.close();
      }
      for (SocketChannel channel : idle) {
        channel.close();
      }
    }
    assertServes(node, "afterwards");
  }

  private static String answer(SocketChannel channel) throws IOException {
    channel.write(ByteBuffer.wrap(request("/status")));
    ByteBuffer input = ByteBuffer.allocate(4096);
    channel.read(input);
    return new String(input.array(), 0, input.position(), StandardCharsets.US_ASCII);
  }

  @Test
  void shouldStaySmallWhenReadersOfLargeValuesStandStill() throws Exception {
    TestNode node = cluster.start(1).node(1);
    Path file = Files.write(directory.resolve("large"), new byte[VALUE_BYTES]);
    HttpAnswer written = node.curl("/write?name=large", "--data-binary", "@" + file);
    assertEquals(200, written.status(), node::report);
    List<Socket> readers = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW_READERS; i++) {
        Socket reader = new Socket(InetAddress.getLoopbackAddress(), node.httpPort());
        readers.add(reader);
        reader.setSoTimeout(PATIENCE_MILLIS);
        reader.getOutputStream().write(request("/read?name=large"));
      }
      assertServes(node, "meanwhile");
      int whole = 0;
      for (Socket reader : readers) {
        whole += readsWhole(reader) ? 1 : 0;
      }
      assertTrue(whole >= 1, "all were turned away");
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
    assertTrue(node.isAlive(), node::report);
    assertServes(node, "afterwards");
  }

  /** True for the value, false for 503; nothing else may come. */
  private static boolean readsWhole(Socket reader) throws IOException {
    InputStream in = reader.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      assertTrue(b >= 0, () -> "the head ended: " + head);
      head.append((char) b);
    }
    if (head.toString().startsWith("HTTP/1.1 503")) {
      assertTrue(head.toString().contains("Retry-After: "), head::toString);
      return false;
    }
    assertTrue(head.toString().startsWith("HTTP/1.1 200"), head::toString);
    assertEquals(VALUE_BYTES, in.readNBytes(VALUE_BYTES).length);
    return true;
  }
}
