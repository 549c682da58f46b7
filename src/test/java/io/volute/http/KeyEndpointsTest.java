package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Mirrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class KeyEndpointsTest {
  private ServerFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = ServerFixture.open();
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadWhatWasWritten(Door door) throws Exception {
    RawClient.Response written =
        fixture.ask(
            door,
            "POST",
            "/write?name=a",
            "hello".getBytes(StandardCharsets.UTF_8),
            "Content-Type: text/x");
    assertEquals(200, written.status(), written::text);
    assertEquals("1/1", written.header("Volute-Acks"));
    assertEquals("1", written.header("Volute-Siblings"));
    assertEquals('"' + written.header("Volute-Version") + '"', written.header("ETag"));
    RawClient.Response read = fixture.ask(door, "GET", "/read?name=a");
    assertEquals(200, read.status());
    assertEquals("hello", read.text());
    assertEquals("text/x", read.header("Content-Type"));
    assertEquals(written.header("ETag"), read.header("ETag"));
    assertEquals(written.header("Volute-Version"), read.header("Volute-Version"));
    RawClient.Response head = fixture.ask(door, "HEAD", "/read?name=a");
    assertEquals(200, head.status());
    assertEquals("5", head.header("Content-Length"));
    assertEquals(read.header("ETag"), head.header("ETag"));
    assertEquals("text/x", head.header("Content-Type"));
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepEmptyAndLargeValues(Door door) throws Exception {
    for (int size : new int[] {0, 1, 65_536, 5_000_000}) {
      byte[] value = new byte[size];
      new Random(size).nextBytes(value);
      assertEquals(200, fixture.ask(door, "PUT", "/write?name=v", value).status());
      RawClient.Response read = fixture.ask(door, "GET", "/read?name=v");
      assertEquals(200, read.status());
      assertArrayEquals(value, read.body());
      assertEquals("application/octet-stream", read.header("Content-Type"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldDeleteWithATombstone(Door door) throws Exception {
    fixture.ask(door, "PUT", "/keys/d", "x".getBytes(StandardCharsets.UTF_8));
    assertEquals(200, fixture.ask(door, "DELETE", "/keys/d").status());
    RawClient.Response read = fixture.ask(door, "GET", "/keys/d");
    assertEquals(404, read.status());
    assertEquals("0", read.header("Volute-Siblings"));
    assertFalse(read.header("Volute-Version").isEmpty(), "a writer can replace the deletion");
    assertFalse(fixture.ask(door, "GET", "/keys/none").header("Volute-Version").isEmpty());
  }

  @Test
  void shouldHandOnEverythingThatAWriteSays() throws Exception {
    String version = fixture.ask(Door.TCP, "PUT", "/write?name=a").header("Volute-Version");
    fixture.ask(
        Door.TCP,
        "POST",
        "/write?name=a&mirrors=0&ttl=2s&w=all&version=" + version,
        "v".getBytes(StandardCharsets.UTF_8),
        "If-Match: \"" + version + "\", W/\"" + version + "\", \"other\"");
    Command.Write write = (Command.Write) fixture.node.last;
    assertEquals(Optional.of(Mirrors.CLONE), write.mirrors());
    assertEquals(2000, write.timeToLiveMillis());
    assertEquals(AckLevel.ALL, write.level());
    assertEquals(new Condition.Matches(List.of(write.replaces().orElseThrow())), write.condition());
    fixture.ask(Door.TCP, "POST", "/write?name=a&copies=5&w=2");
    write = (Command.Write) fixture.node.last;
    assertEquals(Optional.of(new Mirrors(5)), write.mirrors());
    assertEquals(AckLevel.of(2), write.level());
    assertEquals(Optional.empty(), write.replaces());
    fixture.ask(Door.TCP, "POST", "/delete?name=a&w=one&version=" + version);
    Command.Delete delete = (Command.Delete) fixture.node.last;
    assertEquals(AckLevel.ONE, delete.level());
    assertTrue(delete.replaces().isPresent());
    fixture.ask(Door.TCP, "GET", "/read?name=a&r=quorum&version=" + version);
    Command.Read read = (Command.Read) fixture.node.last;
    assertEquals(AckLevel.QUORUM, read.level());
    assertTrue(read.atLeast().isPresent());
    assertEquals(Command.Values.NEWEST, read.values());
  }

  @ParameterizedTest
  @EnumSource
  void shouldChangeOnlyWhatTheConditionMeets(Door door) throws Exception {
    assertEquals(412, fixture.ask(door, "PUT", "/keys/c", "If-Match: *").status());
    assertEquals(200, fixture.ask(door, "PUT", "/keys/c", "If-None-Match: *").status());
    assertEquals(412, fixture.ask(door, "PUT", "/keys/c", "If-None-Match: *").status());
    String tag = fixture.ask(door, "GET", "/keys/c").header("ETag");
    RawClient.Response moved = fixture.ask(door, "PUT", "/keys/c", "If-Match: " + tag);
    assertEquals(200, moved.status());
    RawClient.Response refused = fixture.ask(door, "PUT", "/keys/c", "If-Match: " + tag);
    assertEquals(412, refused.status());
    assertEquals("not-applied", refused.header("Volute-Outcome"));
    assertEquals(412, fixture.ask(door, "DELETE", "/keys/c", "If-Match: " + tag).status());
    tag = moved.header("ETag");
    assertEquals(412, fixture.ask(door, "DELETE", "/keys/c", "If-Match: W/" + tag).status());
    assertEquals(200, fixture.ask(door, "DELETE", "/keys/c", "If-Match: " + tag).status());
    assertEquals(400, fixture.ask(door, "PUT", "/keys/c", "If-None-Match: \"x\"").status());
    assertEquals(400, fixture.ask(door, "PUT", "/keys/c", "If-Match: x").status());
    assertEquals(
        400, fixture.ask(door, "PUT", "/keys/c", "If-Match: *", "If-None-Match: *").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotRepeatAValueThatTheReaderHas(Door door) throws Exception {
    String tag =
        fixture
            .ask(door, "PUT", "/keys/n", "value".getBytes(StandardCharsets.UTF_8))
            .header("ETag");
    for (String header : List.of(tag, "*", "W/" + tag, "\"x\", " + tag)) {
      for (String method : List.of("GET", "HEAD")) {
        RawClient.Response read =
            fixture.ask(door, method, "/read?name=n", "If-None-Match: " + header);
        assertEquals(304, read.status(), header);
        assertEquals(tag, read.header("ETag"));
        assertEquals(0, read.body().length);
      }
    }
    assertEquals(200, fixture.ask(door, "GET", "/keys/n", "If-None-Match: \"x\"").status());
    assertEquals(412, fixture.ask(door, "GET", "/keys/n", "If-Match: \"x\"").status());
    assertEquals(200, fixture.ask(door, "GET", "/keys/n", "If-Match: " + tag).status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerPartsOfAValue(Door door) throws Exception {
    String tag =
        fixture
            .ask(door, "PUT", "/keys/r", "0123456789".getBytes(StandardCharsets.UTF_8))
            .header("ETag");
    assertPart(door, "bytes=0-0", "0", "bytes 0-0/10");
    assertPart(door, "bytes=3-5", "345", "bytes 3-5/10");
    assertPart(door, "bytes=7-", "789", "bytes 7-9/10");
    assertPart(door, "bytes=7-99999999999", "789", "bytes 7-9/10");
    assertPart(door, "bytes=-2", "89", "bytes 8-9/10");
    assertPart(door, "bytes=-99", "0123456789", "bytes 0-9/10");
    for (String none : List.of("bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999-")) {
      RawClient.Response answer = fixture.ask(door, "GET", "/keys/r", "Range: " + none);
      assertEquals(416, answer.status(), none);
      assertEquals("bytes */10", answer.header("Content-Range"));
    }
    for (String ignored :
        List.of("bytes=5-3", "bytes=0-1,4-5", "lines=1-2", "bytes=", "bytes=-", "bytes=x-")) {
      RawClient.Response answer = fixture.ask(door, "GET", "/keys/r", "Range: " + ignored);
      assertEquals(200, answer.status(), ignored);
      assertEquals("0123456789", answer.text());
      assertEquals("bytes", answer.header("Accept-Ranges"));
    }
    assertEquals(
        206, fixture.ask(door, "GET", "/keys/r", "Range: bytes=1-2", "If-Range: " + tag).status());
    assertEquals(
        200, fixture.ask(door, "GET", "/keys/r", "Range: bytes=1-2", "If-Range: \"x\"").status());
  }

  private void assertPart(Door door, String range, String part, String contentRange)
      throws Exception {
    RawClient.Response answer = fixture.ask(door, "GET", "/keys/r", "Range: " + range);
    assertEquals(206, answer.status(), range);
    assertEquals(part, answer.text(), range);
    assertEquals(contentRange, answer.header("Content-Range"));
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowSiblings(Door door) throws Exception {
    String base =
        fixture
            .ask(door, "PUT", "/keys/s", "base".getBytes(StandardCharsets.UTF_8))
            .header("Volute-Version");
    fixture.ask(
        door,
        "PUT",
        "/keys/s?version=" + base,
        "one".getBytes(StandardCharsets.UTF_8),
        "Content-Type: text/a");
    RawClient.Response second =
        fixture.ask(
            door, "PUT", "/keys/s?version=" + base, "two\r\n--".getBytes(StandardCharsets.UTF_8));
    assertEquals("2", second.header("Volute-Siblings"));

    RawClient.Response newest = fixture.ask(door, "GET", "/keys/s");
    assertEquals(200, newest.status());
    assertEquals("two\r\n--", newest.text());
    assertEquals("2", newest.header("Volute-Siblings"));

    RawClient.Response all = fixture.ask(door, "GET", "/keys/s?siblings=all");
    assertEquals(300, all.status());
    String type = all.header("Content-Type");
    assertTrue(type.startsWith("multipart/mixed; boundary="), type);
    String boundary = type.substring(type.indexOf('=') + 1);
    String[] parts = ("\r\n" + all.text()).split("\r\n--" + boundary);
    assertEquals(4, parts.length);
    assertTrue(parts[1].endsWith("\r\n\r\ntwo\r\n--"), parts[1]);
    assertTrue(parts[1].contains("\r\nContent-Length: 7\r\n"), parts[1]);
    assertTrue(parts[1].contains("\r\nContent-Type: application/octet-stream\r\n"), parts[1]);
    assertTrue(parts[2].contains("\r\nContent-Type: text/a\r\n"), parts[2]);
    assertTrue(parts[2].endsWith("\r\n\r\none"), parts[2]);
    assertEquals("--\r\n", parts[3]);
    assertEquals(300, fixture.ask(door, "HEAD", "/keys/s?siblings=all").status());

    String one = parts[2].replaceAll("(?s).*Volute-Version: (\\S+).*", "$1");
    assertNotEquals(all.header("Volute-Version"), one);
    RawClient.Response resolved =
        fixture.ask(door, "PUT", "/keys/s?version=" + all.header("Volute-Version"));
    assertEquals("1", resolved.header("Volute-Siblings"));
    assertEquals(200, fixture.ask(door, "GET", "/keys/s?siblings=all").status());
    assertEquals(400, fixture.ask(door, "GET", "/keys/s?siblings=some").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayWhatBecameOfARefusedChange(Door door) throws Exception {
    fixture.node.instead =
        new Answer.Refused(
            Answer.Reason.UNAVAILABLE, "1 of 2 owners answered", Answer.Outcome.UNKNOWN, 2500);
    RawClient.Response write =
        fixture.ask(door, "PUT", "/keys/u", "x".getBytes(StandardCharsets.UTF_8));
    assertEquals(503, write.status());
    assertEquals("unknown", write.header("Volute-Outcome"));
    assertEquals("3", write.header("Retry-After"));
    assertEquals("1 of 2 owners answered\n", write.text());
    RawClient.Response read = fixture.ask(door, "GET", "/keys/u", "Accept: application/json");
    assertEquals(503, read.status());
    assertNull(read.header("Volute-Outcome"));
    assertEquals("{\"error\":\"1 of 2 owners answered\"}\n", read.text());
    for (Answer.Reason reason : Answer.Reason.values()) {
      fixture.node.instead = Answer.Refused.notApplied(reason, "no");
      RawClient.Response answer =
          fixture.ask(door, "PUT", "/keys/u", "x".getBytes(StandardCharsets.UTF_8));
      assertEquals("not-applied", answer.header("Volute-Outcome"));
      int status =
          switch (reason) {
            case BAD_REQUEST -> 400;
            case FORBIDDEN -> 403;
            case TOO_LARGE -> 413;
            case PRECONDITION -> 412;
            case TOO_MANY_SIBLINGS, CONFLICT -> 409;
            case UNAVAILABLE, OVERLOADED -> 503;
            case STORE_FAILED -> 507;
          };
      assertEquals(status, answer.status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseAVersionThatIsNotOurs(Door door) throws Exception {
    for (String target : List.of("/read?name=a&version=x", "/read?name=a&version=AAAAAAAA")) {
      RawClient.Response answer = fixture.ask(door, "GET", target);
      assertEquals(400, answer.status());
      assertTrue(answer.text().startsWith("parameter 'version'"), answer.text());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldOutliveAnAnswerThatMakesNoSense(Door door) throws Exception {
    fixture.node.instead = new Answer.Membership(List.of());
    assertEquals(500, fixture.ask(door, "GET", "/read?name=a").status());
    fixture.node.instead = null;
    assertEquals(404, fixture.ask(door, "GET", "/read?name=a").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotWaitForEverForAReaderThatHasStopped(Door door) throws Exception {
    try (ServerFixture own =
            ServerFixture.open(
                s -> s.withTimeouts(Duration.ofSeconds(9), Duration.ofMillis(500), 0));
        RawClient stopped = own.connect(door)) {
      assertEquals(200, own.ask(door, "PUT", "/keys/large", new byte[20_000_000]).status());
      stopped.request("GET", "/keys/large");
      Thread.sleep(2500);
      assertThrows(IOException.class, stopped::response, "cut in the middle");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAskReadersToComeBackWhenTooMuchIsUnderWay(Door door) throws Exception {
    int size = 20_000_000;
    try (ServerFixture own = ServerFixture.open(s -> s.withBodies(size, 1 << 20));
        RawClient slow = own.connect(door);
        RawClient second = own.connect(door);
        RawClient third = own.connect(door);
        RawClient fourth = own.connect(door)) {
      assertEquals(200, own.ask(door, "PUT", "/keys/large", new byte[size]).status());
      slow.request("GET", "/keys/large");
      // Each of them holds a window of chunks.
      second.request("GET", "/keys/large");
      third.request("GET", "/keys/large");
      fourth.request("GET", "/keys/large");
      Thread.sleep(300);
      RawClient.Response refused = own.ask(door, "GET", "/keys/large");
      assertEquals(503, refused.status());
      assertEquals("1", refused.header("Retry-After"));
      assertEquals(200, own.ask(door, "HEAD", "/keys/large").status());
      assertEquals(size, slow.response().body().length);
      assertEquals(200, own.ask(door, "GET", "/keys/large").status());
    }
  }
}
