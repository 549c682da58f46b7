package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests whose end is not certain (RFC 9112 §11.2), and others that are no HTTP of ours. */
@Timeout(60)
class FramingTest {
  private static final String SMUGGLED =
      "0\r\n\r\nPOST /write?name=smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";

  private static ServerFixture fixture;

  @BeforeAll
  static void open() throws Exception {
    fixture = ServerFixture.open();
  }

  @AfterAll
  static void close() throws Exception {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | HTTP/1.1 | Content-Length: 5~Transfer-Encoding: chunked | contradict each other",
        "400 | HTTP/1.1 | Content-Length: 5~Content-Length: 6 | Content-Length is there twice",
        "400 | HTTP/1.1 | Content-Length: 5~Content-Length: 5 | Content-Length is there twice",
        "400 | HTTP/1.1 | Content-Length: 5, 5 | Content-Length is no number",
        "400 | HTTP/1.1 | Content-Length: +5 | Content-Length is no number",
        "400 | HTTP/1.1 | Content-Length: -1 | Content-Length is no number",
        "400 | HTTP/1.1 | Content-Length: 99999999999999999999 | Content-Length is no number",
        "400 | HTTP/1.1 | Transfer-Encoding : chunked | does not begin with a name and a colon",
        "400 | HTTP/1.1 | Transfer-Encoding: chunked~Transfer-Encoding: identity"
            + " | Transfer-Encoding is there twice",
        "501 | HTTP/1.1 | Transfer-Encoding: xchunked | xchunked",
        "501 | HTTP/1.1 | Transfer-Encoding: gzip, chunked | gzip, chunked",
        "501 | HTTP/1.0 | Transfer-Encoding: chunked | in HTTP/1.1",
        "400 | HTTP/1.1 | X: a\u0000b | control character",
        "400 | HTTP/1.1 | no colon | does not begin with a name and a colon",
        "417 | HTTP/1.1 | Expect: a miracle~Content-Length: 5 | 100-continue",
      })
  void shouldRefuseAndReadNoFurtherWhenTheEndIsNotCertain(
      int status, String version, String headers, String problem) throws Exception {
    for (Door door : Door.values()) {
      try (RawClient client = fixture.connect(door)) {
        client.send(
            "POST /write?name=outer "
                + version
                + "\r\nHost: localhost\r\n"
                + headers.replace("~", "\r\n")
                + "\r\n\r\n"
                + SMUGGLED);
        RawClient.Response answer = client.response();
        assertEquals(status, answer.status(), door + " " + answer.text());
        assertEquals("close", answer.header("Connection"));
        assertEquals(1, answer.text().lines().count(), answer.text());
        assertTrue(answer.text().contains(problem), answer.text());
        assertTrue(client.endsWithin(Duration.ofSeconds(10)));
      }
      assertEquals(404, fixture.ask(door, "GET", "/read?name=smuggled").status());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST /write?name=outer HTTP/1.1~Host: localhost~X: a~ b~~ | is one line",
        "POST /write?name=outer HTTP/1.1~Host: localhost^Content-Length: 0~~ | LF alone",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~5x~hello~0~~"
            + " | a chunk's size is malformed",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~~"
            + " | a chunk's size is missing",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~0x5~hello~0~~"
            + " | a chunk's size is malformed",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~5^hello~0~~"
            + " | LF alone",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~5~hello!~0~~"
            + " | longer than its size line says",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~5~hello0~~"
            + " | longer than its size line says",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~"
            + "FFFFFFFFFFFFFFFF1~hello | beyond all limits",
        "POST /write?name=outer HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~0~X: y~ z~~"
            + " | is one line",
      })
  void shouldSayWhatIsMalformedAndReadNoFurther(String request, String problem) throws Exception {
    for (Door door : Door.values()) {
      try (RawClient client = fixture.connect(door)) {
        client.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.send(request.replace("~", "\r\n").replace("^", "\n") + SMUGGLED);
        assertEquals(200, client.response().status());
        RawClient.Response answer = client.response();
        assertEquals(400, answer.status(), door + " " + answer.text());
        assertTrue(answer.text().contains(problem), answer.text());
        assertTrue(client.endsWithin(Duration.ofSeconds(10)));
      }
      assertEquals(404, fixture.ask(door, "GET", "/read?name=smuggled").status());
      assertEquals(404, fixture.ask(door, "GET", "/read?name=outer").status());
    }
  }

  @Test
  void shouldRefuseVersionsThatAreNotSpoken() throws Exception {
    for (Door door : Door.values()) {
      try (RawClient client = fixture.connect(door)) {
        client.send("GET /status HTTP/2.5\r\nHost: localhost\r\n\r\n");
        assertEquals(505, client.response().status());
        assertTrue(client.endsWithin(Duration.ofSeconds(10)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'X: y', no host header",
    "'Host: localhost~Host: localhost', only one host header allowed",
    "'Host: evil@localhost', host header bad characters",
  })
  void shouldSayInTheBodyWhatIsWrongWithTheHost(String headers, String problem) throws Exception {
    try (RawClient client = fixture.connect(Door.TCP)) {
      client.send("GET /status HTTP/1.1\r\n" + headers.replace("~", "\r\n") + "\r\n\r\n");
      RawClient.Response answer = client.response();
      assertEquals(400, answer.status());
      assertTrue(answer.text().startsWith(problem + "; allowed is one Host"), answer.text());
      assertTrue(client.endsWithin(Duration.ofSeconds(10)));
    }
  }

  @Test
  void shouldKeepLogLinesWholeWhateverClientsSend() {
    assertEquals("\"a\\\"b\\\\?c\"", AccessLog.quoted("a\"b\\\nc"));
    assertFalse(AccessLog.quoted("x".repeat(9000)).length() > 2000);
  }
}
