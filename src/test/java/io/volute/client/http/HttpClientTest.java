package io.volute.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.link.Access;
import io.volute.client.link.ExchangeException;
import io.volute.client.link.ExchangeException.Kind;
import io.volute.client.link.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class HttpClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ScriptedServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.onTcp();
    client = new HttpClient(Access.to(Target.parse(server.address()), PATIENCE));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private static String textOf(HttpClient client, HttpRequest request) throws IOException {
    try (HttpResponse answer = client.send(request)) {
      return answer.status() + " " + new String(answer.body().readAllBytes(), UTF_8);
    }
  }

  private String get() throws IOException {
    return textOf(client, HttpRequest.get("/x"));
  }

  @Test
  void shouldReuseTheConnectionWhenAnswersWereReadWhole() throws IOException {
    server.then(
        ScriptedServer.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    server.then(ScriptedServer.text(204, ""));
    for (int i = 0; i < 5; i++) {
      get();
    }
    assertEquals(1, server.connections());
    assertEquals(5, server.asked().size());
  }

  @Test
  void shouldOpenAnotherConnectionWhenTheNodeClosedTheIdleOne() throws Exception {
    server.then(ScriptedServer.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"));
    assertEquals("200 a", get());
    // The close needs a moment to arrive.
    Thread.sleep(50);
    assertEquals("200 fine\n", get());
    assertEquals(2, server.connections());
  }

  @Test
  void shouldOpenAnotherConnectionWhenTheAnswerSaysCloseOrIsNotReadWhole() throws IOException {
    server.then(ScriptedServer.text(200, "bye", "Connection: keep-it, Close"));
    assertEquals("200 bye", get());
    client.send(HttpRequest.get("/x")).close();
    assertEquals("200 fine\n", get());
    assertEquals(3, server.connections());
  }

  @Test
  void shouldJoinChunksWhenTheyHaveExtensionsAndTrailers() throws IOException {
    server.then(
        ScriptedServer.raw(
            String.join(
                "\r\n",
                "HTTP/1.1 200 OK",
                "Transfer-Encoding: Chunked",
                "",
                "3;a=b",
                "abc",
                "A",
                "0123456789",
                "0",
                "Trailer: x",
                "",
                "")));
    assertEquals("200 abc0123456789", get());
    assertEquals("200 fine\n", get());
    assertEquals(1, server.connections());
  }

  @Test
  void shouldReadToTheCloseWhenNoLengthIsStated() throws IOException {
    server.then(ScriptedServer.rawThenClose("HTTP/1.0 200 OK\nServer: old\n\nall of it"));
    assertEquals("200 all of it", get());
  }

  @Test
  void shouldSkipInterimAnswersWhenTheyComeFirst() throws IOException {
    server.then(
        ScriptedServer.raw(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    assertEquals("200 ok", get());
  }

  @Test
  void shouldSendLengthOrChunksAsTheBodyIsKnown() throws IOException {
    byte[] large = new byte[200_000];
    textOf(client, HttpRequest.post("/w").body(RequestBody.of("abc".getBytes(UTF_8))));
    InputStream small = new ByteArrayInputStream("de".getBytes(UTF_8));
    textOf(client, HttpRequest.post("/w").body(RequestBody.streamed(small)));
    InputStream unknown = new ByteArrayInputStream(large);
    textOf(client, HttpRequest.post("/w").body(RequestBody.streamed(unknown)));
    textOf(client, HttpRequest.post("/w"));
    assertEquals("3", server.asked().get(0).header("Content-Length").orElseThrow());
    assertEquals("2", server.asked().get(1).header("Content-Length").orElseThrow());
    assertEquals("chunked", server.asked().get(2).header("Transfer-Encoding").orElseThrow());
    assertArrayEquals(large, server.asked().get(2).body());
    assertEquals("0", server.asked().get(3).header("Content-Length").orElseThrow());
    assertEquals(1, server.connections());
  }

  @Test
  void shouldReadTheAnswerWhenItComesBeforeTheBodyIsSent() throws IOException {
    server.withoutReadingBodies();
    server.then(
        (asked, out) -> {
          out.write("HTTP/1.1 413 x\r\nContent-Length: 9\r\n\r\ntoo large".getBytes(UTF_8));
          out.flush();
          Thread.sleep(3000);
        });
    // More than all buffers on the way take.
    RequestBody body = RequestBody.of(new byte[32 * 1024 * 1024]);
    assertEquals("413 too large", textOf(client, HttpRequest.post("/w").body(body)));
  }

  @Test
  void shouldSayWhatIsWrongWhenTheBodyBecomesShorter() {
    RequestBody body = new RequestBody(new ByteArrayInputStream(new byte[10]), 11);
    IOException e =
        assertThrows(IOException.class, () -> textOf(client, HttpRequest.post("/w").body(body)));
    assertTrue(e.getMessage().contains("became shorter"), e.getMessage());
  }

  @Test
  void shouldGiveUpWhenTheNodeIsSilent() throws IOException {
    server.otherwise((asked, out) -> Thread.sleep(5000));
    try (HttpClient hasty =
        new HttpClient(Access.to(Target.parse(server.address()), Duration.ofMillis(50)))) {
      ExchangeException e =
          assertThrows(ExchangeException.class, () -> textOf(hasty, HttpRequest.get("/x")));
      assertEquals(Kind.SILENT, e.kind());
      assertTrue(e.getMessage().contains(server.address()), e.getMessage());
    }
  }

  @Test
  void shouldSpeakOverAUnixSocket(@TempDir Path directory) throws IOException {
    Path socket = directory.resolve("node.sock");
    try (ScriptedServer local = ScriptedServer.onUnix(socket);
        HttpClient localClient =
            new HttpClient(Access.to(Target.parse(local.address()), PATIENCE))) {
      assertEquals("200 fine\n", textOf(localClient, HttpRequest.get("/x")));
      assertEquals("200 fine\n", textOf(localClient, HttpRequest.get("/y")));
      assertEquals(1, local.connections());
      assertEquals("localhost", local.asked().get(0).header("Host").orElseThrow());
    }
  }

  @Test
  void shouldGiveUpWhenTheQueueOfAUnixListenerStaysFull(@TempDir Path directory)
      throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("full.sock"));
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address, 1);
      boolean isFull = false;
      while (!isFull && waiting.size() < 100) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        waiting.add(channel);
        channel.configureBlocking(false);
        try {
          isFull = !channel.connect(address);
        } catch (SocketException e) {
          isFull = true;
        }
      }
      assertTrue(isFull);
      Target target = Target.parse(address.getPath().toString());
      try (HttpClient hasty = new HttpClient(Access.to(target, Duration.ofMillis(100)))) {
        ExchangeException e =
            assertThrows(ExchangeException.class, () -> textOf(hasty, HttpRequest.get("/x")));
        assertEquals(Kind.UNREACHABLE, e.kind());
      }
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void shouldNameTheAddressWhenNobodyListens() throws IOException {
    int port;
    try (ServerSocketChannel gone = ServerSocketChannel.open()) {
      gone.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      port = ((InetSocketAddress) gone.getLocalAddress()).getPort();
    }
    try (HttpClient nobody =
        new HttpClient(Access.to(Target.parse("localhost:" + port), PATIENCE))) {
      ExchangeException e =
          assertThrows(ExchangeException.class, () -> textOf(nobody, HttpRequest.get("/x")));
      assertEquals("cannot reach localhost:" + port + ": Connection refused", e.getMessage());
    }
  }
}
