package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.ContextToken;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each command of the contract, put to a real node over TCP and over a unix socket. */
@Timeout(60)
class CommandContractTest {
  @TempDir private static Path directory;

  private static DaemonFixture node;

  @BeforeAll
  static void open() throws Exception {
    Files.writeString(Files.createDirectory(directory.resolve("root")).resolve("file"), "copied");
    node = new DaemonFixture(directory, "--copy-root", directory.resolve("root").toString());
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static void assertStatus(int status, RawClient.Response answer) {
    assertEquals(status, answer.status(), () -> answer.headers() + " " + answer.text());
  }

  private static String header(RawClient.Response answer, String name) {
    String value = answer.header(name);
    assertTrue(value != null && !value.isEmpty(), () -> name + " of " + answer.headers());
    return value;
  }

  @ParameterizedTest
  @EnumSource
  void status(Door door) throws Exception {
    assertEquals("running", node.ask(door, "GET", "/status").text());
    String json = node.ask(door, "GET", "/status", "Accept: application/json").text();
    for (String field :
        "uid version uptime members keys bytes hints syncsUnderWay moving".split(" ")) {
      assertTrue(json.contains('"' + field + "\":"), field + " in " + json);
    }
    assertTrue(json.contains("\"uid\":\"" + node.uid() + '"'), json);
  }

  @ParameterizedTest
  @EnumSource
  void write(Door door) throws Exception {
    String key = "/write?name=write-" + door;
    RawClient.Response first = node.send(door, "POST", key + "&mirrors=1", "one");
    assertStatus(200, first);
    assertEquals("1", first.header("Volute-Siblings"));
    assertEquals("1/1", first.header("Volute-Acks"));
    String seen = header(first, "Volute-Version");
    assertEquals('"' + seen + '"', first.header("ETag"));
    assertStatus(200, node.send(door, "PUT", key + "&version=" + seen, "two"));
    // What the context does not cover stays beside.
    RawClient.Response beside = node.send(door, "POST", key + "&version=" + seen, "three");
    assertEquals("2", beside.header("Volute-Siblings"));
    // Without one, all that is there is replaced; the other names of the parameters work.
    assertEquals(
        "1", node.send(door, "POST", key + "&copies=0&w=1", "f").header("Volute-Siblings"));
    String read = "/read?name=write-" + door;
    assertEquals("f", node.ask(door, "GET", read).text());
    assertStatus(200, node.send(door, "POST", key, "<p>", "Content-Type: text/html; charset=x"));
    assertEquals("text/html; charset=x", node.ask(door, "GET", read).header("Content-Type"));
  }

  @ParameterizedTest
  @EnumSource
  void writeInChunksAndWithALifetime(Door door) throws Exception {
    try (RawClient client = node.connect(door)) {
      client.send(
          String.join(
              "\r\n",
              "POST /write?name=chunks&ttl=200ms HTTP/1.1",
              "Host: localhost",
              "Transfer-Encoding: chunked",
              "",
              "3",
              "abc",
              "2;x=y",
              "de",
              "0",
              "X: y",
              "",
              ""));
      assertStatus(200, client.response());
      RawClient.Response read = client.request("GET", "/read?name=chunks").response();
      assertTrue(read.status() == 404 || read.text().equals("abcde"), read.text());
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (client.request("GET", "/read?name=chunks").response().status() != 404) {
        assertTrue(System.nanoTime() < deadline, "it does not expire");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void read(Door door) throws Exception {
    String key = "/write?name=read-" + door;
    String seen = header(node.send(door, "POST", key, "one"), "Volute-Version");
    node.send(door, "POST", key + "&version=" + seen, "left");
    String both = header(node.send(door, "POST", key + "&version=" + seen, "right"), "ETag");
    String read = "/read?name=read-" + door;
    RawClient.Response newest = node.ask(door, "GET", read + "&r=1");
    assertStatus(200, newest);
    assertEquals("2", newest.header("Volute-Siblings"));
    assertEquals(both, newest.header("ETag"));
    assertEquals("right", newest.text());
    RawClient.Response all = node.ask(door, "GET", read + "&siblings=all");
    assertStatus(300, all);
    assertTrue(all.header("Content-Type").startsWith("multipart/mixed; boundary="), all.text());
    assertTrue(all.text().contains("\r\n\r\nleft\r\n") && all.text().contains("\r\n\r\nright\r\n"));
    // At least as new as what the client has seen.
    assertStatus(200, node.ask(door, "GET", read + "&version=" + both.replace("\"", "")));
    Dot elsewhere = new Dot(new Actor(new NodeId("elsewhere"), 1), 1);
    String other = ContextToken.encode(CausalContext.of(elsewhere));
    RawClient.Response behind = node.ask(door, "GET", read + "&version=" + other);
    assertStatus(503, behind);
    header(behind, "Retry-After");
    RawClient.Response part = node.ask(door, "GET", read, "Range: bytes=1-2");
    assertStatus(206, part);
    assertEquals("ig", part.text());
    assertEquals("bytes 1-2/5", part.header("Content-Range"));
    assertEquals("ht", node.ask(door, "GET", read, "Range: bytes=-2").text());
    assertStatus(416, node.ask(door, "GET", read, "Range: bytes=5-"));
    RawClient.Response same = node.ask(door, "GET", read, "If-None-Match: " + both);
    assertStatus(304, same);
    assertEquals(both, same.header("ETag"));
    RawClient.Response head = node.ask(door, "HEAD", read);
    assertStatus(200, head);
    assertEquals("5", head.header("Content-Length"));
    assertEquals(newest.header("Volute-Version"), head.header("Volute-Version"));
    RawClient.Response none = node.ask(door, "GET", "/read?name=none-" + door);
    assertStatus(404, none);
    // The context of nothing: a write with it replaces nothing that others write meanwhile.
    String nothing = "&version=" + header(none, "Volute-Version");
    node.send(door, "POST", "/write?name=none-" + door, "theirs");
    RawClient.Response mine = node.send(door, "POST", "/write?name=none-" + door + nothing, "mine");
    assertEquals("2", mine.header("Volute-Siblings"));
  }

  @ParameterizedTest
  @EnumSource
  void delete(Door door) throws Exception {
    String name = "delete-" + door;
    String seen = header(node.send(door, "POST", "/write?name=" + name, "v"), "Volute-Version");
    RawClient.Response gone = node.send(door, "POST", "/delete?name=" + name + "&w=all", "");
    assertStatus(200, gone);
    assertEquals("0", gone.header("Volute-Siblings"));
    RawClient.Response read = node.ask(door, "GET", "/read?name=" + name);
    assertStatus(404, read);
    // What a client must have seen to write after the deletion.
    assertEquals(gone.header("Volute-Version"), read.header("Volute-Version"));
    assertEquals("0", read.header("Volute-Siblings"));
    // Causal: what the deletion has not seen survives it.
    RawClient.Response late =
        node.send(door, "POST", "/write?name=" + name + "&version=" + seen, "late");
    assertEquals("1", late.header("Volute-Siblings"));
    node.send(door, "POST", "/delete?name=" + name + "&version=" + seen, "");
    assertEquals("late", node.ask(door, "GET", "/read?name=" + name).text());
  }

  @ParameterizedTest
  @EnumSource
  void listKeys(Door door) throws Exception {
    String prefix = "list-" + door + "/";
    for (String name : new String[] {"b", "a", "c%22%0A", "d"}) {
      node.send(door, "POST", "/write?name=" + prefix + name, "12345");
    }
    node.send(door, "POST", "/delete?name=" + prefix + "d", "");
    String seen = header(node.ask(door, "GET", "/read?name=" + prefix + "b"), "Volute-Version");
    String list = "/list-keys?prefix=" + prefix;
    RawClient.Response all = node.ask(door, "GET", list);
    assertEquals("application/json", all.header("Content-Type"));
    String[] lines = all.text().split("\n");
    assertEquals("{", lines[0]);
    assertTrue(lines[1].startsWith('"' + prefix + "a\":\"5:"), lines[1]);
    assertEquals('"' + prefix + "b\":\"5:" + seen + "\",", lines[2]);
    assertTrue(lines[3].startsWith('"' + prefix + "c\\\"\\n\":\"5:"), lines[3]);
    assertEquals("}", lines[4]);
    assertEquals(5, lines.length);
    String page = node.ask(door, "GET", list + "&limit=1&after=" + prefix + "a").text();
    assertEquals("{\n" + lines[2].replaceAll(",$", "") + "\n}\n", page);
    String deleted = node.ask(door, "GET", list + "&deleted=1").text();
    assertTrue(deleted.contains('"' + prefix + "d\":\"0:"), deleted);
    assertEquals(all.text(), node.ask(door, "GET", list + "&scope=cluster").text());
    assertEquals(all.text(), node.ask(door, "GET", "/keys?prefix=" + prefix).text());
    RawClient.Response refused = node.ask(door, "GET", "/list-keys?scope=galaxy");
    assertStatus(400, refused);
    assertTrue(refused.text().contains("local or cluster"), refused.text());
  }

  @ParameterizedTest
  @EnumSource
  void keysOfTheSystem(Door door) throws Exception {
    String name = ".membership/" + node.uid();
    assertFalse(node.ask(door, "GET", "/list-keys").text().contains(name));
    String all = node.ask(door, "GET", "/list-keys?all=1").text();
    assertTrue(all.contains('"' + name + "\":\""), all);
    assertEquals(all, node.ask(door, "GET", "/list-keys?all=1&scope=cluster").text());
    String one = node.ask(door, "GET", "/list-keys?all=1&prefix=.membership/&limit=1").text();
    assertEquals(3, one.lines().count(), one);
    RawClient.Response read = node.ask(door, "GET", "/read?name=" + name);
    assertStatus(200, read);
    assertTrue(read.text().matches(node.uid() + " 127.0.0.1:[0-9]+\n"), read.text());
    assertTrue(all.contains(":" + read.header("Volute-Version") + '"'), all);
    assertEquals(read.text(), node.ask(door, "GET", "/keys/" + name).text());
    assertStatus(404, node.ask(door, "GET", "/read?name=.membership/nobody"));
    for (String change : new String[] {"/write", "/delete", "/copy", "/drop"}) {
      String path = change.equals("/copy") ? "&path=file" : "";
      assertStatus(403, node.send(door, "POST", change + "?name=" + name + path, ""));
    }
  }

  @ParameterizedTest
  @EnumSource
  void membershipAndRing(Door door) throws Exception {
    String members = node.ask(door, "GET", "/membership").text();
    assertTrue(members.matches(node.uid() + " 127.0.0.1:[0-9]+ alive\n"), members);
    String json = node.ask(door, "GET", "/membership", "Accept: application/json").text();
    assertTrue(json.contains("\"zone\":null") && json.contains("\"weight\":1"), json);
    assertTrue(json.contains("\"incarnation\":"), json);
    assertEquals(node.uid() + " 1.0000\n", node.ask(door, "GET", "/ring").text());
    assertEquals(node.uid() + "\n", node.ask(door, "GET", "/ring?name=a").text());
  }

  @ParameterizedTest
  @EnumSource
  void drop(Door door) throws Exception {
    node.send(door, "POST", "/write?name=drop", "v");
    assertStatus(409, node.send(door, "POST", "/drop?name=drop", ""));
    assertEquals("v", node.ask(door, "GET", "/read?name=drop").text());
  }

  @ParameterizedTest
  @EnumSource
  void copy(Door door) throws Exception {
    RawClient.Response copied =
        node.send(door, "POST", "/copy?name=copy&path=file&ttl=1d", "", "Content-Type: text/x");
    assertStatus(200, copied);
    header(copied, "Volute-Version");
    RawClient.Response read = node.ask(door, "GET", "/read?name=copy");
    assertEquals("copied", read.text());
    assertEquals("text/x", read.header("Content-Type"));
    assertStatus(403, node.send(door, "POST", "/copy?name=copy&path=../home/LOCK", ""));
    assertStatus(403, node.send(door, "POST", "/copy?name=copy&path=/etc/passwd", ""));
  }

  @ParameterizedTest
  @EnumSource
  void waiting(Door door) throws Exception {
    String name = "wait-" + door;
    assertStatus(204, node.ask(door, "GET", "/wait?name=" + name + "&timeout=50ms"));
    try (RawClient waiting = node.connect(door)) {
      waiting.request("GET", "/wait?name=" + name + "&timeout=30s");
      RawClient.Response written = node.send(door, "POST", "/write?name=" + name, "v");
      RawClient.Response there = waiting.response();
      assertStatus(200, there);
      String seen = header(written, "Volute-Version");
      assertEquals(seen, there.header("Volute-Version"));
      assertEquals("1", there.header("Volute-Siblings"));
      assertEquals("1/1", there.header("Volute-Acks"));
      assertArrayEquals(new byte[0], there.body());
      String moved = "/wait?name=" + name + "&version=" + seen + "&timeout=";
      assertStatus(204, waiting.request("GET", moved + "50ms").response());
      waiting.request("GET", moved + "30s");
      node.send(door, "POST", "/delete?name=" + name, "");
      assertEquals("0", waiting.response().header("Volute-Siblings"));
    }
    assertStatus(400, node.ask(door, "GET", "/wait?name=x&timeout=11m"));
  }

  @ParameterizedTest
  @EnumSource
  void peers(Door door) throws Exception {
    RawClient.Response noAddress = node.send(door, "POST", "/add-peer?uid=a&ip=nowhere", "");
    assertStatus(400, noAddress);
    assertTrue(noAddress.text().contains("'nowhere'"), noAddress.text());
    assertStatus(400, node.send(door, "POST", "/add-peer?uid=a", ""));
    assertStatus(400, node.send(door, "POST", "/add-peer?uid=a/b&ip=127.0.0.1:1", ""));
    RawClient.Response unknown = node.send(door, "POST", "/remove-peer?uid=nobody", "");
    assertStatus(400, unknown);
    assertTrue(unknown.text().contains("nobody"), unknown.text());
    assertStatus(400, node.send(door, "POST", "/cluster/join", "{\"peers\":[]}"));
    assertStatus(400, node.send(door, "POST", "/cluster/join", "{\"peers\":[\"nowhere\"]}"));
  }

  @ParameterizedTest
  @EnumSource
  void watch(Door door) throws Exception {
    String prefix = "watch-" + door + "/";
    try (RawClient client = node.connect(door)) {
      client.request("GET", "/watch?prefix=" + prefix);
      String head = until(client, "id: ");
      assertTrue(head.contains("Content-Type: text/event-stream"), head);
      RawClient.Response written = node.send(door, "POST", "/write?name=" + prefix + "a", "abc");
      String event = until(client, "}\n\n");
      String data =
          "data: {\"name\":\"" + prefix + "a\",\"version\":\"" + written.header("Volute-Version");
      assertTrue(event.contains(data + "\",\"size\":3,\"deleted\":false}"), event);
    }
  }

  /** All that comes up to some text. */
  private static String until(RawClient client, String end) throws Exception {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      text.append(new String(client.bytes(1), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void explainMetricsAndPage(Door door) throws Exception {
    RawClient.Response written = node.send(door, "POST", "/write?name=explain", "abc");
    RawClient.Response explained = node.ask(door, "GET", "/explain?name=explain");
    assertEquals("application/json", explained.header("Content-Type"));
    assertEquals(written.header("Volute-Version"), explained.header("Volute-Version"));
    assertTrue(explained.text().contains("\"uid\":\"" + node.uid() + '"'), explained.text());
    assertTrue(explained.text().contains(written.header("Volute-Version")), explained.text());
    RawClient.Response metrics = node.ask(door, "GET", "/metrics");
    assertTrue(metrics.header("Content-Type").startsWith("text/plain; version=0.0.4"));
    String counted = "volute_commands_total{command=\"write\",outcome=\"ok\"}";
    assertTrue(metrics.text().contains(counted), metrics.text());
    RawClient.Response page = node.ask(door, "GET", "/");
    assertTrue(page.header("Content-Type").startsWith("text/html"));
    assertTrue(page.text().contains("<html"), page.text());
    assertNull(page.header("Set-Cookie"));
  }

  @ParameterizedTest
  @EnumSource
  void restTwin(Door door) throws Exception {
    String name = "/keys/rest/%2F..%2F%01%C3%A9+%26-" + door;
    assertStatus(404, node.ask(door, "GET", name));
    RawClient.Response put = node.send(door, "PUT", name + "?ttl=1h&w=1", "one");
    assertStatus(200, put);
    String seen = header(put, "Volute-Version");
    assertStatus(200, node.send(door, "POST", name + "?version=" + seen, "two"));
    RawClient.Response read = node.ask(door, "GET", name);
    assertEquals("two", read.text());
    String plain = "/read?name=rest/%2F..%2F%01%C3%A9%2B%26-" + door;
    assertEquals("two", node.ask(door, "GET", plain).text());
    assertEquals("3", node.ask(door, "HEAD", name).header("Content-Length"));
    String list = node.ask(door, "GET", "/keys?prefix=rest/").text();
    assertTrue(list.contains("\"rest//../\\u0001é+&-" + door), list);
    assertStatus(200, node.ask(door, "DELETE", name + "?w=1"));
    assertStatus(404, node.ask(door, "GET", name));
  }
}
