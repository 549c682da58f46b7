package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class GuardsTest {
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
  @CsvSource({
    "localhost, 200",
    "LocalHost:1592, 200",
    "127.0.0.1:80, 200",
    "[::1]:1592, 200",
    "evil.example, 403",
    "localhost.evil.example, 403",
    "127.0.0.1.evil.example:1592, 403",
    "192.0.2.7:1592, 403",
    "[2001:db8::1]:1592, 403",
  })
  void shouldServeOnlyHostsThatAreOurs(String host, int status) throws Exception {
    for (Door door : Door.values()) {
      RawClient.Response answer = fixture.ask(door, "GET", "/status", "Host: " + host);
      assertEquals(status, answer.status(), door + " " + answer.text());
      if (status == 403) {
        assertTrue(answer.text().contains(host), answer.text());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeTheNameOfUnixSocketsOnlyThere(Door door) throws Exception {
    int expected = door == Door.UNIX ? 200 : 403;
    assertEquals(expected, fixture.ask(door, "GET", "/status", "Host: unix").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeMethodsOnlyInTheirOwnCase(Door door) throws Exception {
    for (String request : List.of("get /status", "Post /write?name=a", "delete /keys/a")) {
      String[] parts = request.split(" ");
      RawClient.Response answer = fixture.ask(door, parts[0], parts[1]);
      assertEquals(405, answer.status(), request);
      assertTrue(answer.text().startsWith(parts[0] + " is not allowed here"), answer.text());
      assertTrue(answer.header("Allow").contains(parts[0].toUpperCase(Locale.ROOT)), request);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefusePagesOfOtherSites(Door door) throws Exception {
    for (String header :
        new String[] {
          "Origin: http://evil.example",
          "Origin: null",
          "Origin: http://localhost:3000",
          "Origin: https://localhost:1592",
          "Sec-Fetch-Site: cross-site",
          "Sec-Fetch-Site: same-site",
        }) {
      RawClient.Response answer =
          fixture.ask(
              door,
              "POST",
              "/write?name=pwn",
              "x".getBytes(StandardCharsets.UTF_8),
              "Host: localhost:1592",
              header);
      assertEquals(403, answer.status(), header);
      assertEquals(1, answer.text().lines().count());
      assertEquals("text/plain; charset=utf-8", answer.header("Content-Type"));
      assertNull(answer.header("Access-Control-Allow-Origin"));
    }
    assertEquals(404, fixture.ask(door, "GET", "/read?name=pwn").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeItsOwnPages(Door door) throws Exception {
    assertEquals(
        200,
        fixture
            .ask(
                door,
                "GET",
                "/status",
                "Host: localhost:1592",
                "Origin: http://localhost:1592",
                "Sec-Fetch-Site: same-origin")
            .status());
    assertEquals(200, fixture.ask(door, "GET", "/status", "Sec-Fetch-Site: none").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayThatAHeadIsTooLong(Door door) throws Exception {
    RawClient.Response answer =
        fixture.ask(door, "GET", "/status", "X-Large: " + "x".repeat(17_000));
    assertEquals(431, answer.status());
    assertTrue(answer.text().contains("16384"), answer.text());
    assertEquals(
        200, fixture.ask(door, "GET", "/status", "X-Large: " + "x".repeat(15_000)).status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayThatAnAddressIsTooLong(Door door) throws Exception {
    RawClient.Response answer = fixture.ask(door, "GET", "/read?name=" + "x".repeat(17_000));
    assertEquals(414, answer.status());
    assertTrue(answer.text().contains("16384"), answer.text());
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseHeadsThatThePlatformCanNotHold(Door door) throws Exception {
    try (RawClient client = fixture.connect(door)) {
      // Just over its limit: all of it is read, so that the answer is not lost with a reset.
      client.send("GET /status HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(65_520) + "\r\n");
      RawClient.Response answer = client.response();
      assertEquals(431, answer.status());
      assertTrue(answer.text().contains("16384"), answer.text());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GARBAGE",
    "GET /status",
    "G@T /status HTTP/1.1",
  })
  void shouldRefuseWhatIsNotHttp(String line) throws Exception {
    for (Door door : Door.values()) {
      try (RawClient client = fixture.connect(door)) {
        client.send(line + "\r\nHost: localhost\r\n\r\n");
        RawClient.Response answer = client.response();
        assertEquals(400, answer.status(), door + " " + line);
        assertTrue(answer.text().startsWith("the request is not valid HTTP/1.1"), answer.text());
        assertEquals("text/plain; charset=utf-8", answer.header("Content-Type"));
        assertTrue(client.endsWithin(Duration.ofSeconds(5)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNameThePartOfAnAddressThatIsMalformed(Door door) throws Exception {
    assertEquals(
        "parameter 'name' has a '%' that is not followed by two hexadecimal digits\n",
        fixture.ask(door, "GET", "/read?w=1&name=a%4&x=%41").text());
    assertEquals(
        "the path has a '%' that is not followed by two hexadecimal digits\n",
        fixture.ask(door, "GET", "/keys/100%").text());
    try (RawClient client = fixture.connect(door)) {
      client.request("PUT", "/write?name=x", "body".getBytes(StandardCharsets.UTF_8));
      client.request("GET", "/read?name=x");
      client.request("GET", "/read?name=%zz");
      assertEquals(200, client.response().status());
      assertEquals("body", client.response().text());
      RawClient.Response last = client.response();
      assertEquals(400, last.status());
      assertTrue(last.text().startsWith("parameter 'name' has a '%'"), last.text());
    }
  }
}
