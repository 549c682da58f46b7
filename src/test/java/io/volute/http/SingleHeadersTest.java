package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests that say twice what can be said once (RFC 9110 §5.3), to a node that asks for tokens.
 */
@Timeout(60)
class SingleHeadersTest {
  private static final String TOKEN = "Authorization: Bearer whole-token-0123456";

  @TempDir private static Path directory;

  private static DaemonFixture node;

  @BeforeAll
  static void open() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens"), "whole-token-0123456\n");
    node = new DaemonFixture(directory, "--token-file", tokens.toString());
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static void assertRefused(RawClient.Response answer, String name, Door door) {
    assertEquals(400, answer.status(), () -> door + " " + answer.text());
    assertEquals(1, answer.text().lines().count(), answer.text());
    assertTrue(answer.text().contains(name), answer.text());
    assertTrue(answer.text().contains("allowed is"), answer.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Authorization | Bearer whole-token-0123456 | Bearer something-else-012",
        "Authorization | Bearer something-else-012 | Bearer whole-token-0123456",
        "Authorization | Bearer whole-token-0123456 | Basic YTpi",
        "Host | localhost | elsewhere.example",
        "Host | localhost | localhost",
        "Origin | null | http://localhost",
        "Sec-Fetch-Site | none | cross-site",
        "Content-Type | text/plain | text/html",
        "Content-Range | bytes 0-0/2 | bytes 1-1/2",
        "Range | bytes=0-0 | bytes=1-1",
        "If-Range | \"a\" | \"b\"",
        "Last-Event-ID | a | b",
      })
  void shouldRefuseAHeaderThatIsThereTwice(String name, String one, String other) throws Exception {
    for (Door door : Door.values()) {
      String host = name.equals("Host") ? "" : "Host: localhost\r\n";
      String token = name.equals("Authorization") ? "" : TOKEN + "\r\n";
      try (RawClient client = node.connect(door)) {
        client.send(
            "POST /write?name=twice HTTP/1.1\r\n"
                + host
                + token
                + (name + ": " + one + "\r\n" + name.toLowerCase(Locale.ROOT) + ": ")
                + (other + "\r\nContent-Length: 1\r\n\r\nx"));
        assertRefused(client.response(), name, door);
      }
      assertEquals(404, node.ask(door, "GET", "/read?name=twice", TOKEN).status());
    }
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void shouldRefuseAPartOfAValueInsteadOfTakingItForTheWhole(Door door) throws Exception {
    for (String method : new String[] {"PUT", "POST"}) {
      RawClient.Response answer =
          node.send(door, method, "/keys/part", "part", TOKEN, "Content-Range: bytes 0-3/8");
      assertRefused(answer, "Content-Range", door);
    }
    assertEquals(404, node.ask(door, "GET", "/keys/part", TOKEN).status());
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void shouldRefuseAnExpectationWhereverItStands(Door door) throws Exception {
    try (RawClient client = node.connect(door)) {
      client.send(
          "POST /write?name=twice HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
              + (TOKEN + "\r\nExpect: a miracle\r\nContent-Length: 1\r\n\r\nx"));
      RawClient.Response answer = client.response();
      assertEquals(417, answer.status(), answer.text());
      assertTrue(answer.text().contains("a miracle"), answer.text());
    }
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void shouldTakeListsInSeveralLines(Door door) throws Exception {
    String etag = node.send(door, "PUT", "/keys/list", "value", TOKEN).header("ETag");
    RawClient.Response unchanged =
        node.ask(
            door, "GET", "/keys/list", TOKEN, "If-None-Match: \"a\"", "If-None-Match: " + etag);
    assertEquals(304, unchanged.status());
  }
}
