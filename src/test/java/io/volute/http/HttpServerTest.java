package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.HostPort;
import io.volute.listen.ListenException;
import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HttpServerTest {
  @TempDir Path directory;

  @Test
  void shouldSayThatAPortIsInUseAndLeaveNothingBehind() throws Exception {
    Path socket = directory.resolve("socket");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = other.getLocalPort();
      HttpSettings settings =
          ServerFixture.settings(
              List.of(
                  new ListenAddress.UnixSocket(socket.toString()),
                  new ListenAddress.Tcp(new HostPort("127.0.0.1", port))));
      ListenException refused =
          assertThrows(
              ListenException.class, () -> HttpServer.open(settings, (command, answer) -> {}));
      assertEquals(
          "can't listen on 127.0.0.1:" + port + ": the port is in use", refused.getMessage());
    }
    assertFalse(Files.exists(socket), "the listener before it is closed again");
    assertNoThreadsLeft();
  }

  @Test
  void shouldNameAHostThatDoesNotExist() throws Exception {
    HttpSettings settings =
        ServerFixture.settings(
            List.of(new ListenAddress.Tcp(new HostPort("no-such-host.invalid", 80))));
    ListenException refused =
        assertThrows(
            ListenException.class, () -> HttpServer.open(settings, (command, answer) -> {}));
    assertEquals("no-such-host.invalid:80", refused.address());
    assertNoThreadsLeft();
  }

  @Test
  void shouldNameAnAddressThatIsAnotherMachines() throws Exception {
    HttpSettings settings =
        ServerFixture.settings(List.of(new ListenAddress.Tcp(new HostPort("192.0.2.1", 8080))));
    ListenException refused =
        assertThrows(
            ListenException.class, () -> HttpServer.open(settings, (command, answer) -> {}));
    assertTrue(refused.getMessage().contains("no such address"), refused.getMessage());
  }

  @Test
  void shouldEndItsThreadsAndRemoveItsSocketWhenClosed() throws Exception {
    Path socket;
    try (ServerFixture fixture = ServerFixture.open()) {
      socket = Path.of(fixture.address(Door.UNIX).toString());
      assertEquals(200, fixture.ask(Door.UNIX, "GET", "/status").status());
      assertTrue(Files.exists(socket));
    }
    assertFalse(Files.exists(socket));
    assertNoThreadsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void shouldFinishRequestsUnderWayBeforeItStops(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient client = fixture.connect(door)) {
      fixture.node.delayMillis = 700;
      client.request("GET", "/status");
      awaitCommand(fixture);
      CompletableFuture<Boolean> stopped =
          CompletableFuture.supplyAsync(() -> fixture.server.stop(Duration.ofSeconds(10)));
      RawClient.Response answer = client.response();
      assertEquals("running", answer.text());
      assertEquals("close", answer.header("Connection"));
      assertTrue(stopped.get(10, TimeUnit.SECONDS), "all of them were finished");
      assertThrows(IOException.class, () -> fixture.ask(door, "GET", "/status"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerKeptConnectionsOnceMoreWhenItStops(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient kept = fixture.connect(door);
        RawClient silent = fixture.connect(door)) {
      assertEquals(200, kept.request("GET", "/status").response().status());
      assertEquals(200, silent.request("GET", "/status").response().status());
      CompletableFuture<Boolean> stopped =
          CompletableFuture.supplyAsync(
              () -> fixture.server.stop(Duration.ofSeconds(10), Duration.ofSeconds(2)));
      Thread.sleep(200);
      RawClient.Response last = kept.request("GET", "/status").response();
      assertEquals("running", last.text());
      assertEquals("close", last.header("Connection"));
      assertTrue(kept.endsWithin(Duration.ofSeconds(2)));
      assertTrue(stopped.get(20, TimeUnit.SECONDS));
      assertTrue(silent.endsWithin(Duration.ofSeconds(2)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTurnAwayLateRequestsOfKeptConnections(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient slow = fixture.connect(door);
        RawClient kept = fixture.connect(door)) {
      assertEquals(200, kept.request("GET", "/status").response().status());
      fixture.node.last = null;
      fixture.node.delayMillis = 1000;
      slow.request("GET", "/status");
      awaitCommand(fixture);
      CompletableFuture<Boolean> stopped =
          CompletableFuture.supplyAsync(() -> fixture.server.stop(Duration.ofSeconds(10)));
      Thread.sleep(200);
      RawClient.Response late = kept.request("GET", "/status").response();
      assertEquals(503, late.status());
      assertEquals("1", late.header("Retry-After"));
      assertEquals("close", late.header("Connection"));
      assertEquals(200, slow.response().status());
      assertTrue(stopped.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldGiveUpOnRequestsThatOutlastTheGrace() throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient client = fixture.connect(Door.TCP)) {
      fixture.node.delayMillis = 5000;
      client.request("GET", "/status");
      awaitCommand(fixture);
      long begun = System.nanoTime();
      assertFalse(fixture.server.stop(Duration.ofMillis(200)));
      assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(4));
      assertTrue(client.endsWithin(Duration.ofSeconds(2)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerManyRequestsOfOneConnection(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient client = fixture.connect(door)) {
      for (int i = 0; i < 50; i++) {
        RawClient.Response answer = client.request("GET", "/status").response();
        assertEquals(200, answer.status());
        assertNull(answer.header("Connection"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerPipelinedRequestsInOrder(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient client = fixture.connect(door)) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        requests
            .append("POST /write?name=k")
            .append(i)
            .append(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nv")
            .append(1000 + i)
            .append("GET /read?name=k")
            .append(i)
            .append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      client.send(requests.toString());
      for (int i = 0; i < 300; i++) {
        assertEquals(200, client.response().status());
        assertEquals("v" + (1000 + i), client.response().text());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerAClientThatHasClosedItsHalf(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient client = fixture.connect(door)) {
      fixture.node.delayMillis = 300;
      client.request("GET", "/status").endOutput();
      assertEquals("running", client.response().text());
      assertTrue(client.endsWithin(Duration.ofSeconds(5)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeManyConnectionsAtOnce(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open()) {
      RawClient[] clients = new RawClient[300];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = fixture.connect(door).request("GET", "/status");
      }
      for (RawClient client : clients) {
        assertEquals("running", client.response().text());
        client.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCloseConnectionsThatTypeTheirRequestTooSlowly(Door door) throws Exception {
    try (ServerFixture fixture =
            ServerFixture.open(
                s -> s.withTimeouts(Duration.ofMillis(500), Duration.ofSeconds(30), 0));
        RawClient client = fixture.connect(door)) {
      long begun = System.nanoTime();
      client.send("GET /sta");
      boolean closed = false;
      for (int i = 0; i < 100 && !closed; i++) {
        try {
          client.send("x");
        } catch (IOException e) {
          closed = true;
        }
        closed |= client.endsWithin(Duration.ofMillis(100));
      }
      assertTrue(closed);
      assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCloseConnectionsThatAreIdle(Door door) throws Exception {
    try (ServerFixture fixture =
            ServerFixture.open(
                s -> s.withTimeouts(Duration.ofMillis(300), Duration.ofMillis(500), 0));
        RawClient silent = fixture.connect(door);
        RawClient kept = fixture.connect(door)) {
      assertEquals(200, kept.request("GET", "/status").response().status());
      assertTrue(silent.endsWithin(Duration.ofSeconds(5)));
      assertTrue(kept.endsWithin(Duration.ofSeconds(5)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotHurryANodeThatNeedsLongerThanClientsMayIdle(Door door) throws Exception {
    try (ServerFixture fixture =
            ServerFixture.open(
                s -> s.withTimeouts(Duration.ofMillis(300), Duration.ofMillis(400), 0));
        RawClient client = fixture.connect(door)) {
      fixture.node.delayMillis = 1500;
      assertEquals(200, client.request("GET", "/status").response().status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldSpeakHttp2WithPriorKnowledgeAndByUpgrade(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open()) {
      for (String version : new String[] {"--http2-prior-knowledge", "--http2"}) {
        String written =
            curl(fixture, door, version, "--data-binary", "two\n", "/write?name=h2%2F" + version);
        assertTrue(written.startsWith("HTTP/2 200") || written.contains("\nHTTP/2 200"), written);
        String read = curl(fixture, door, version, "/read?name=h2%2F" + version);
        assertTrue(read.endsWith("\r\n\r\ntwo\n"), read);
      }
    }
  }

  private static String curl(ServerFixture fixture, Door door, String... arguments)
      throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("curl", "-sSi", "--max-time", "10"));
    String base = "http://localhost";
    if (fixture.address(door) instanceof ListenAddress.Tcp tcp) {
      base += ":" + tcp.address().port();
    } else {
      command.addAll(List.of("--unix-socket", fixture.address(door).toString()));
    }
    command.addAll(List.of(arguments));
    command.set(command.size() - 1, base + arguments[arguments.length - 1]);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  private static void awaitCommand(ServerFixture fixture) throws InterruptedException {
    for (int i = 0; i < 500 && fixture.node.last == null; i++) {
      Thread.sleep(10);
    }
  }

  private static void assertNoThreadsLeft() throws InterruptedException {
    List<String> left = List.of();
    for (int i = 0; i < 300; i++) {
      left =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("volute-http"))
              .toList();
      if (left.isEmpty()) {
        return;
      }
      Thread.sleep(10);
    }
    assertEquals(List.of(), left);
  }
}
