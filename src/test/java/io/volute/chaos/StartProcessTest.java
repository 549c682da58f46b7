package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Starting and stopping, as the contract has it. */
@Timeout(240)
final class StartProcessTest {
  private static final Duration SHORT = Duration.ofSeconds(20);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldSayInOneLineWhereItServes() {
    TestNode node = cluster.start(1).node(1);
    String form =
        "voluted \\S+ node n1 http localhost:%d %s peers 127\\.0\\.0\\.1:\\d+\n"
            .formatted(node.httpPort(), node.socket());
    assertTrue(node.banner().matches(form), node.banner());
    assertEquals("", node.log());
  }

  @Test
  void shouldAnswerRunningOnceItHasSaidThatItServes() {
    TestNode node = cluster.start(1).node(1);
    HttpAnswer text = node.curl("/status");
    assertEquals(200, text.status());
    assertEquals("running", text.text().strip());
    HttpAnswer json = node.curl("/status", "-H", "Accept: application/json");
    assertTrue(json.text().contains("\"uid\":\"n1\""), json.text());
    assertTrue(json.text().contains("\"state\":\"running\""), json.text());
    assertEquals("running", node.curlSocket("/status").text().strip());
  }

  @Test
  void shouldServeNetcatWhichSendsNoHost() {
    TestNode node = cluster.start(1).node(1);
    assertEquals("rw-------", permissions(node.socket()));
    Program.Finished usage = Program.of("bash", "-c", "nc -h 2>&1").run(SHORT);
    Assumptions.assumeTrue(
        usage.out().matches("(?s).*-\\w*U.*"), "there is no netcat with -U, for unix sockets");
    String command = "printf 'GET /status HTTP/1.1\\r\\n\\r\\n' | nc -U " + node.socket();
    Program.Finished nc = Program.of("bash", "-c", command).run(SHORT);
    assertTrue(nc.out().startsWith("HTTP/1.1 200 "), nc.out());
    assertEquals("running", nc.out().substring(nc.out().indexOf("\r\n\r\n")).strip());
  }

  @Test
  void shouldServeARawSocketWhichSendsNoHost() throws IOException {
    TestNode node = cluster.start(1).node(1);
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(node.socket()));
      byte[] request = "GET /status HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      socket.write(ByteBuffer.wrap(request));
      byte[] all = Channels.newInputStream(socket).readAllBytes();
      String answer = new String(all, StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.stripTrailing().endsWith("\r\n\r\nrunning"), answer);
    }
  }

  @Test
  void shouldStopInOrderOnTermAndOnInterrupt() {
    TestNode node = cluster.start(1).node(1);
    node.write("kept", "over the stop");
    for (String signal : List.of("TERM", "INT")) {
      node.signal(signal);
      assertEquals(0, node.awaitExit(TestNode.STOP_LIMIT), signal);
      assertTrue(Files.notExists(node.socket()), "the socket file stays");
      node.start();
      assertEquals("over the stop", node.read("kept").text());
    }
    assertEquals("", node.log());
  }

  @Test
  void shouldReplaceTheSocketThatAKilledNodeLeft() {
    TestNode node = cluster.start(1).node(1);
    node.kill();
    assertTrue(Files.exists(node.socket()));
    node.start();
    assertEquals("running", node.curlSocket("/status").text().strip());
  }

  @Test
  void shouldRunFromAnyDirectorySeveralAtOnce() throws IOException {
    cluster.start(0);
    for (int i = 1; i <= 3; i++) {
      // Each in a directory of its own, alone in its cluster, and none waits for another one.
      List<String> addresses = List.of("", "", "127.0.0.1:" + FreePorts.next());
      Path home = cluster.directory().resolve("m" + i);
      Files.createDirectories(home);
      Files.writeString(home.resolve("membership"), "m" + i + " " + addresses.get(2) + "\n");
      cluster.add(
          new TestNode("m" + i, home, FreePorts.next(), List.of(), List.of("--fsync", "always")));
    }
    cluster.nodes().forEach(TestNode::launch);
    cluster.nodes().forEach(TestNode::awaitServing);
    for (TestNode node : cluster.nodes()) {
      assertTrue(node.banner().contains(" node " + node.uid() + " "), node.banner());
      node.write("who", node.uid());
    }
    for (TestNode node : cluster.nodes()) {
      assertEquals(node.uid(), node.read("who").text());
    }
  }

  @Test
  void shouldPrintHelpAndVersion() throws IOException {
    Program.Finished help = Program.script("voluted", "--help").run(SHORT);
    assertEquals(0, help.exitCode());
    assertTrue(help.out().startsWith("Usage: voluted "), help.out());
    assertTrue(help.out().contains("--sync-interval DURATION"), help.out());
    assertEquals("", help.err());
    Program.Finished version = Program.script("voluted", "--version").in(Path.of("/")).run(SHORT);
    assertEquals(0, version.exitCode());
    assertTrue(version.out().matches("voluted \\d\\S+\n"), version.out());
  }

  @Test
  void shouldKeepTheNameThatItMadeForItself() throws IOException {
    Path home = cluster.directory().resolve("alone");
    String port = Integer.toString(FreePorts.next());
    TestNode node =
        cluster.add(
            new TestNode("alone", home, FreePorts.next(), List.of(), List.of("--port", port)));
    String first = node.start().ask("/membership").text();
    assertTrue(first.matches("[A-Za-z0-9._-]{1,64} 127.0.0.1:" + port + " alive\n"), first);
    node.stop();
    assertEquals(first, node.start().ask("/membership").text());
  }

  private static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
