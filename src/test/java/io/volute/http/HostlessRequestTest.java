package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are typed by hand into {@code nc -U}. */
@Timeout(60)
class HostlessRequestTest {
  private static ServerFixture fixture;

  @BeforeAll
  static void open() throws Exception {
    fixture = ServerFixture.open();
  }

  @AfterAll
  static void close() throws Exception {
    fixture.close();
  }

  @Test
  void shouldBeServedOverAUnixSocketAndThenClosed() throws Exception {
    try (RawClient client = fixture.connect(Door.UNIX)) {
      RawClient.Response answer = client.send("GET /status HTTP/1.1\r\n\r\n").response();
      assertEquals("running", answer.text());
      assertEquals("close", answer.header("Connection"));
      assertTrue(client.endsWithin(Duration.ofSeconds(5)));
    }
  }

  @Test
  void shouldBeServedHoweverTheHeadIsCutIntoPieces() throws Exception {
    String request = "GET /status HTTP/1.1\r\nHorse: 1\r\nX-Host: a\r\nHos: b\r\n\r\n";
    for (int piece = 1; piece < request.length(); piece += 7) {
      try (RawClient client = fixture.connect(Door.UNIX)) {
        for (int at = 0; at < request.length(); at += piece) {
          client.send(request.substring(at, Math.min(request.length(), at + piece)));
          Thread.sleep(1);
        }
        assertEquals("running", client.response().text());
      }
    }
  }

  @Test
  void shouldKeepABodyThatFollowsAtOnce() throws Exception {
    byte[] body = "body\r\n\r\nhost:".repeat(5000).getBytes(StandardCharsets.UTF_8);
    try (RawClient client = fixture.connect(Door.UNIX)) {
      client.send("PUT /write?name=n HTTP/1.1\r\nContent-Length: " + body.length + "\r\n\r\n");
      client.send(body);
      assertEquals(200, client.response().status());
    }
    assertArrayEquals(body, fixture.ask(Door.UNIX, "GET", "/read?name=n").body());
  }

  @Test
  void shouldLeaveRequestsWithAHostAlone() throws Exception {
    try (RawClient client = fixture.connect(Door.UNIX)) {
      for (String host : new String[] {"Host", "host", "HOST"}) {
        client.send("GET /status HTTP/1.1\r\n" + host + ": localhost\r\n\r\n");
        RawClient.Response answer = client.response();
        assertEquals(200, answer.status());
        assertNull(answer.header("Connection"), "the connection stays");
      }
      client.send("GET /status HTTP/1.1\r\nhost: evil.example\r\n\r\n");
      assertEquals(403, client.response().status());
    }
  }

  @Test
  void shouldBeServedInHttp10() throws Exception {
    try (RawClient client = fixture.connect(Door.UNIX)) {
      assertEquals("running", client.send("GET /status HTTP/1.0\r\n\r\n").response().text());
    }
  }

  @Test
  void shouldBeRefusedOverTcp() throws Exception {
    try (RawClient client = fixture.connect(Door.TCP)) {
      assertEquals(400, client.send("GET /status HTTP/1.1\r\n\r\n").response().status());
    }
  }
}
