package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each error, condition and limit of the contract, met at a real node over both doors. */
@Timeout(60)
class ErrorContractTest {
  private static final String MAX_VALUE = "100k";

  @TempDir private static Path directory;

  private static DaemonFixture node;

  @BeforeAll
  static void open() throws Exception {
    node = new DaemonFixture(directory, "--max-value", MAX_VALUE);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  /** One line that names what was wrong, as text and as JSON. */
  private static RawClient.Response refused(
      Door door, int status, String named, String method, String target, String... headers)
      throws Exception {
    RawClient.Response text = node.ask(door, method, target, headers);
    assertEquals(status, text.status(), () -> method + " " + target + ": " + text.text());
    if (!method.equals("HEAD")) {
      assertTrue(text.header("Content-Type").startsWith("text/plain"), () -> "" + text.headers());
      assertEquals(1, text.text().lines().count(), text::text);
      assertTrue(text.text().contains(named), () -> named + " in " + text.text());
      List<String> all = new ArrayList<>(List.of(headers));
      all.add("Accept: application/json");
      RawClient.Response json = node.ask(door, method, target, all.toArray(String[]::new));
      assertEquals("application/json", json.header("Content-Type"));
      assertTrue(json.text().matches("\\{\"error\":\".*\"}\n"), json::text);
    }
    return text;
  }

  @ParameterizedTest
  @EnumSource
  void badParametersNamesAndContexts(Door door) throws Exception {
    refused(door, 400, "'name' is missing", "GET", "/read");
    refused(door, 400, "1 to 1024 bytes", "GET", "/read?name=");
    refused(door, 400, "has 1025 bytes", "GET", "/read?name=" + "x".repeat(1025));
    refused(door, 400, "UTF-8", "GET", "/read?name=%ff");
    refused(door, 400, "'version'", "GET", "/read?name=a&version=nonsense!");
    refused(door, 400, "'nonsense'", "GET", "/read?name=a&nonsense=1");
    refused(door, 400, "'r'", "GET", "/read?name=a&r=most");
    refused(door, 400, "'r'", "GET", "/read?name=a&r=0");
    refused(door, 400, "newest or all", "GET", "/read?name=a&siblings=some");
    refused(door, 400, "'name'", "GET", "/read?name=a&name=b");
    refused(door, 400, "'w'", "POST", "/write?name=a&w=-1");
    refused(door, 400, "'mirrors'", "POST", "/write?name=a&mirrors=256");
    refused(door, 400, "the same", "POST", "/write?name=a&mirrors=1&copies=1");
    refused(door, 400, "1ms to 36500d", "POST", "/write?name=a&ttl=5");
    refused(door, 400, "'limit'", "GET", "/list-keys?limit=0");
    refused(door, 400, "'since'", "GET", "/watch?since=x");
    refused(door, 400, "'timeout'", "GET", "/wait?name=a&timeout=1y");
    assertEquals(404, node.ask(door, "GET", "/read?name=" + "x".repeat(1024)).status());
  }

  @ParameterizedTest
  @EnumSource
  void unknownPathsAndMethods(Door door) throws Exception {
    refused(door, 404, "/list-keys", "GET", "/nothing");
    for (String path : "write delete copy drop add-peer remove-peer cluster/join".split(" ")) {
      RawClient.Response answer = refused(door, 405, "POST", "GET", "/" + path + "?name=a");
      assertEquals("POST, PUT", answer.header("Allow"));
    }
    for (String path :
        "status read list-keys membership ring wait watch explain metrics keys".split(" ")) {
      RawClient.Response answer = refused(door, 405, "GET", "POST", "/" + path + "?name=a");
      assertEquals("GET, HEAD", answer.header("Allow"));
    }
    RawClient.Response key = refused(door, 405, "PATCH", "PATCH", "/keys/a");
    assertEquals("GET, HEAD, PUT, POST, DELETE", key.header("Allow"));
  }

  @ParameterizedTest
  @EnumSource
  void conditionsOfChanges(Door door) throws Exception {
    String name = "conditions-" + door;
    String write = "/write?name=" + name;
    assertEquals(412, node.send(door, "POST", write, "v", "If-Match: *").status());
    String first = node.send(door, "POST", write, "1", "If-None-Match: *").header("ETag");
    RawClient.Response there = refused(door, 412, "", "POST", write, "If-None-Match: *");
    assertEquals("not-applied", there.header("Volute-Outcome"));
    String second = node.send(door, "POST", write, "2", "If-Match: " + first).header("ETag");
    refused(door, 412, "", "POST", write, "If-Match: " + first);
    refused(door, 412, "", "POST", write, "If-Match: \"no-token-of-ours\"");
    refused(door, 400, "If-Match", "POST", write, "If-Match: no-quotes");
    refused(door, 400, "'*'", "POST", write, "If-None-Match: " + second);
    refused(door, 412, "", "POST", "/delete?name=" + name, "If-Match: " + first);
    assertEquals("2", node.ask(door, "GET", "/read?name=" + name).text());
    refused(door, 412, "", "GET", "/read?name=" + name, "If-Match: " + first);
    String both = "If-Match: " + first + ", " + second;
    assertEquals(200, node.ask(door, "DELETE", "/keys/" + name, both).status());
    assertEquals(200, node.send(door, "POST", write, "3", "If-None-Match: *").status());
  }

  @ParameterizedTest
  @EnumSource
  void levelsThatCanNotBeMet(Door door) throws Exception {
    RawClient.Response write = node.send(door, "POST", "/write?name=levels&w=3", "v");
    assertTrue(write.status() == 400 || write.status() == 503, write::text);
    assertEquals("not-applied", write.header("Volute-Outcome"));
    assertEquals(404, node.ask(door, "GET", "/read?name=levels").status());
    RawClient.Response read = node.ask(door, "GET", "/read?name=levels&r=3");
    assertTrue(read.status() == 400 || read.status() == 503, read::text);
  }

  @ParameterizedTest
  @EnumSource
  void copyIsOffWithoutItsRoot(Door door) throws Exception {
    refused(door, 403, "--copy-root", "POST", "/copy?name=a&path=/etc/hostname");
  }

  @ParameterizedTest
  @EnumSource
  void limitsOfValuesAndHeads(Door door) throws Exception {
    RawClient.Response large =
        node.send(door, "POST", "/write?name=large-" + door, "x".repeat(100 * 1024 + 1));
    assertEquals(413, large.status());
    assertTrue(large.text().contains("at most 102400 bytes"), large::text);
    assertEquals(404, node.ask(door, "GET", "/read?name=large-" + door).status());
    String most = "x".repeat(100 * 1024);
    assertEquals(200, node.send(door, "POST", "/write?name=large-" + door, most).status());
    assertEquals(most, node.ask(door, "GET", "/read?name=large-" + door).text());
    try (RawClient client = node.connect(door)) {
      client.send(
          "POST /write?name=large2 HTTP/1.1\r\nHost: localhost\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "19001\r\n"
              + "x".repeat(0x19001)
              + "\r\n0\r\n\r\n");
      assertEquals(413, client.response().status());
    }
    refused(door, 414, "16384", "GET", "/read?name=a&version=" + "x".repeat(17_000));
    refused(door, 431, "16384", "GET", "/status", "X: " + "x".repeat(17_000));
    try (RawClient client = node.connect(door)) {
      client.send("POST /cluster/join HTTP/1.1\r\nHost: localhost\r\n");
      client.send("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
      assertEquals(411, client.response().status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void siblingsHaveALimit(Door door) throws Exception {
    String name = "siblings-" + door;
    String write = "/write?name=" + name;
    String seen = node.send(door, "POST", write, "0").header("Volute-Version");
    for (int i = 1; i <= 32; i++) {
      assertEquals(200, node.send(door, "POST", write + "&version=" + seen, "" + i).status());
    }
    RawClient.Response full = refused(door, 409, "32", "POST", write + "&version=" + seen);
    assertEquals("not-applied", full.header("Volute-Outcome"));
    String read = "/read?name=" + name;
    assertEquals("32", node.ask(door, "GET", read).header("Volute-Siblings"));
    String list = node.ask(door, "GET", "/list-keys?prefix=" + name).text();
    assertEquals(32, list.split(" ").length, list);
    String all = node.ask(door, "GET", read).header("Volute-Version");
    RawClient.Response one = node.send(door, "POST", write + "&version=" + all, "resolved");
    assertEquals("1", one.header("Volute-Siblings"));
    assertEquals("resolved", node.ask(door, "GET", read).text());
  }

  @ParameterizedTest
  @EnumSource
  void pagesOfOtherSites(Door door) throws Exception {
    refused(door, 403, "evil", "GET", "/status", "Host: evil.example");
    refused(door, 403, "evil", "GET", "/status", "Origin: http://evil.example");
    refused(door, 403, "other sites", "POST", "/write?name=a", "Sec-Fetch-Site: cross-site");
    refused(door, 403, "null", "POST", "/write?name=a", "Origin: null");
    String own = "http://localhost:" + node.tcp().port();
    assertEquals(
        200,
        node.ask(
                door,
                "GET",
                "/status",
                "Host: localhost:" + node.tcp().port(),
                "Origin: " + own,
                "Sec-Fetch-Site: same-origin")
            .status());
  }

  @ParameterizedTest
  @EnumSource
  void nameIsPlainData(Door door) throws Exception {
    for (String name : "%00 .. ../../etc/passwd a/b %01%02%0A %D0%BA%D0%BB . a%2Bb".split(" ")) {
      assertEquals(200, node.send(door, "PUT", "/write?name=" + name, name).status());
      assertEquals(name, node.ask(door, "GET", "/read?name=" + name).text());
      assertEquals(name, node.ask(door, "GET", "/keys/" + name).text());
    }
  }
}
