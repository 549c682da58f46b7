package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class NodeEndpointsTest {
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
  @EnumSource
  void shouldSayHowItIs(Door door) throws Exception {
    RawClient.Response text = fixture.ask(door, "GET", "/status");
    assertEquals("running", text.text());
    assertEquals("text/plain; charset=utf-8", text.header("Content-Type"));
    RawClient.Response json = fixture.ask(door, "GET", "/status", "Accept: application/json");
    assertEquals("application/json", json.header("Content-Type"));
    assertEquals(
        "{\"uid\":\"node-a\",\"state\":\"running\",\"version\":\"0.1.0\",\"uptime\":1,"
            + "\"incarnation\":7,\"members\":1,\"membersAlive\":1,\"keys\":0,\"bytes\":0,"
            + "\"hints\":0,\"syncsUnderWay\":0,\"inSyncMillisAgo\":0,"
            + "\"moving\":{\"underWay\":false,\"percent\":100,\"keysUnconfirmed\":0},"
            + "\"reapingWaitsFor\":[]}\n",
        json.text());
  }

  @Test
  void shouldTellTheFlagsThatItWasStartedWith() throws Exception {
    ToldFlags flags = ToldFlags.of(Settings.defaults());
    try (ServerFixture told = ServerFixture.open(settings -> settings.withFlags(flags))) {
      String json = told.ask(Door.UNIX, "GET", "/status", "Accept: application/json").text();
      String expected =
          "\"flags\":{\"mirrors\":3,\"clone\":false,\"fsync\":\"always\",\"store\":\""
              + Settings.defaults().store()
              + "\",\"udp\":false,\"insecure\":false,\"role\":\"member\"}}\n";
      assertTrue(json.endsWith(expected), json);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldListMembers(Door door) throws Exception {
    assertEquals("node-a 127.0.0.1:1593 alive\n", fixture.ask(door, "GET", "/membership").text());
    assertEquals(
        "{\"members\":[{\"uid\":\"node-a\",\"address\":\"127.0.0.1:1593\",\"state\":\"alive\","
            + "\"zone\":\"z1\",\"weight\":1,\"incarnation\":7,\"role\":\"member\"}]}\n",
        fixture.ask(door, "GET", "/membership", "Accept: application/json").text());
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowTheRing(Door door) throws Exception {
    assertEquals("node-a 1.0000\n", fixture.ask(door, "GET", "/ring").text());
    assertEquals("node-a\n", fixture.ask(door, "GET", "/ring?name=a%22b").text());
    assertEquals(
        "{\"name\":\"a\\\"b\",\"owners\":[{\"uid\":\"node-a\",\"share\":1.0000,\"zone\":null,"
            + "\"weight\":1}]}\n",
        fixture.ask(door, "GET", "/ring?name=a%22b", "Accept: application/json").text());
    assertEquals(400, fixture.ask(door, "GET", "/ring?name=").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldNameTheCommandsWhereThePathIsUnknown(Door door) throws Exception {
    for (String path : List.of("//", "/stat", "/status/", "/keysx", "/%73tatus")) {
      RawClient.Response answer = fixture.ask(door, "GET", path);
      assertEquals(404, answer.status(), path);
      assertTrue(answer.text().contains("/list-keys"), answer.text());
      assertEquals(1, answer.text().lines().count());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /write?name=a, 'POST, PUT'",
    "DELETE, /write?name=a, 'POST, PUT'",
    "GET, /delete?name=a, 'POST, PUT'",
    "POST, /read?name=a, 'GET, HEAD'",
    "PUT, /status, 'GET, HEAD'",
    "OPTIONS, /status, 'GET, HEAD'",
    "TRACE, /list-keys, 'GET, HEAD'",
    "PATCH, /keys/a, 'GET, HEAD, PUT, POST, DELETE'",
  })
  void shouldNameTheMethodsThatAreAllowed(String method, String target, String allow)
      throws Exception {
    for (Door door : Door.values()) {
      RawClient.Response answer = fixture.ask(door, method, target);
      assertEquals(405, answer.status());
      assertEquals(allow, answer.header("Allow"));
      assertTrue(answer.text().contains(allow), answer.text());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerHeadLikeGetWithoutABody(Door door) throws Exception {
    try (RawClient client = fixture.connect(door)) {
      for (String path : List.of("/status", "/membership", "/ring", "/list-keys", "/nothing")) {
        RawClient.Response get = client.request("GET", path).response();
        RawClient.Response head = client.request("HEAD", path).response(true);
        assertEquals(get.status(), head.status());
        assertEquals(get.header("Content-Type"), head.header("Content-Type"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseParametersThatItDoesNotKnow(Door door) throws Exception {
    RawClient.Response answer = fixture.ask(door, "GET", "/status?verbose=1");
    assertEquals(400, answer.status());
    assertEquals("unknown parameter 'verbose'; none is allowed\n", answer.text());
    assertEquals(400, fixture.ask(door, "POST", "/write?name=a&name=b").status());
    assertEquals(400, fixture.ask(door, "GET", "/list-keys?limit=0").status());
    assertEquals(400, fixture.ask(door, "GET", "/list-keys?all=yes").status());
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "'text/html, application/json;q=0.9, */*;q=0.1', true",
    "'application/json;q=0.1, text/plain', false",
    "'text/plain, application/json', true",
    "application/json;q=0, false",
    "application/json;q=x, false",
    "*/*, false",
    "application/*, false",
  })
  void shouldAnswerInJsonWhereItIsAskedFor(String accept, boolean json) throws Exception {
    RawClient.Response answer = fixture.ask(Door.TCP, "GET", "/nothing", "Accept: " + accept);
    assertEquals(json, answer.text().startsWith("{\"error\":\"unknown path;"), answer.text());
  }

  @ParameterizedTest
  @EnumSource
  void shouldListKeysInTheOrderOfNames(Door door) throws Exception {
    try (ServerFixture own = ServerFixture.open()) {
      assertEquals("{\n}\n", own.ask(door, "GET", "/list-keys").text());
      String b =
          own.ask(door, "PUT", "/keys/b", "12".getBytes(StandardCharsets.UTF_8))
              .header("Volute-Version");
      String a =
          own.ask(door, "PUT", "/keys/a%22%0A", "1".getBytes(StandardCharsets.UTF_8))
              .header("Volute-Version");
      String e =
          own.ask(door, "PUT", "/keys/%C3%A9", "".getBytes(StandardCharsets.UTF_8))
              .header("Volute-Version");
      RawClient.Response list = own.ask(door, "GET", "/list-keys");
      assertEquals("application/json", list.header("Content-Type"));
      assertEquals(
          "{\n\"a\\\"\\n\":\"1:" + a + "\",\n\"b\":\"2:" + b + "\",\n\"é\":\"0:" + e + "\"\n}\n",
          list.text());
      assertEquals(
          "{\n\"b\":\"2:" + b + "\"\n}\n", own.ask(door, "GET", "/list-keys?prefix=b").text());
      assertEquals(
          "{\n\"b\":\"2:" + b + "\"\n}\n",
          own.ask(door, "GET", "/list-keys?after=a%22%0A&limit=1").text());
      own.ask(door, "DELETE", "/keys/b");
      assertEquals("{\n}\n", own.ask(door, "GET", "/list-keys?prefix=b").text());
      String deleted = own.ask(door, "GET", "/list-keys?prefix=b&deleted=1").text();
      assertTrue(deleted.startsWith("{\n\"b\":\"0:"), deleted);
      own.ask(door, "PUT", "/keys/b?version=" + b, "3".getBytes(StandardCharsets.UTF_8));
      String siblings = own.ask(door, "GET", "/list-keys?prefix=b&deleted=1").text();
      assertTrue(siblings.matches("\\{\n\"b\":\"0:\\S+ 1:\\S+\"\n}\n"), siblings);
      own.ask(door, "GET", "/list-keys?all=1");
      assertTrue(((Command.ListKeys) own.node.last).system());
      assertEquals(200, own.ask(door, "GET", "/list-keys?scope=cluster").status());
      assertEquals(Command.Scope.CLUSTER, ((Command.ListKeys) own.node.last).scope());
      assertEquals(200, own.ask(door, "GET", "/keys").status());
      assertEquals(Command.Scope.CLUSTER, ((Command.ListKeys) own.node.last).scope());
      assertEquals(400, own.ask(door, "GET", "/list-keys?scope=x").status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldListPageByPageAsFastAsTheClientReads(Door door) throws Exception {
    try (ServerFixture own = ServerFixture.open();
        RawClient client = own.connect(door)) {
      int keys = 3000;
      for (int i = 0; i < keys; i++) {
        client.request("PUT", "/keys/" + "x".repeat(900) + String.format("%05d", i));
        assertEquals(200, client.response().status());
      }
      client.request("GET", "/list-keys");
      // About 3 MB, of which the sockets between us take a part.
      Thread.sleep(300);
      Command.ListKeys asked = (Command.ListKeys) own.node.last;
      if (door == Door.UNIX) {
        String after = asked.after().map(Object::toString).orElse("");
        assertTrue(after.compareTo("x".repeat(900) + "02500") < 0, "stopped at " + after);
      }
      String list = client.response().text();
      assertEquals(keys + 2, list.lines().count());
      assertTrue(list.endsWith("\"\n}\n"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCutAListingThatFailsInTheMiddle(Door door) throws Exception {
    try (ServerFixture own = ServerFixture.open();
        RawClient client = own.connect(door)) {
      for (int i = 0; i < 600; i++) {
        client.request("PUT", "/keys/k" + i).response();
      }
      own.node.refuseListingsAfterPages = 1;
      client.request("GET", "/list-keys");
      String got = new String(client.toEnd(), StandardCharsets.UTF_8);
      assertTrue(got.startsWith("HTTP/1.1 200"), got);
      assertTrue(!got.endsWith("0\r\n\r\n"), "not a complete answer");
      own.node.instead = Answer.Refused.notApplied(Answer.Reason.OVERLOADED, "busy");
      RawClient.Response refused = own.ask(door, "GET", "/list-keys");
      assertEquals(503, refused.status());
      assertNull(refused.header("Volute-Outcome"));
    }
  }
}
