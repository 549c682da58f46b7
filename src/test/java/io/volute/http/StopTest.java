package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stop does to requests that last: uploads, long polls and watches. */
@Timeout(60)
class StopTest {
  private static final Duration GRACE = Duration.ofSeconds(20);

  @TempDir private Path directory;

  /** Sends half a body, once the server has said that it is reading. */
  private static void beginUpload(RawClient upload) throws IOException {
    upload.send(
        String.join(
            "\r\n",
            "PUT /write?name=a HTTP/1.1",
            "Host: localhost",
            "Content-Length: 8",
            "Expect: 100-continue",
            "",
            ""));
    assertEquals(100, upload.response().status());
    upload.send("half");
  }

  @ParameterizedTest
  @EnumSource
  void shouldEndLongPollsAtOnceAndTakeTheRestOfAnUpload(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient upload = fixture.connect(door);
        RawClient waiting = fixture.connect(door)) {
      beginUpload(upload);
      waiting.request("GET", "/wait?name=none&timeout=10m");
      while (fixture.node.last == null) {
        Thread.sleep(5);
      }
      CompletableFuture<Boolean> stopped =
          CompletableFuture.supplyAsync(() -> fixture.server.stop(GRACE));
      RawClient.Response poll = waiting.response();
      assertEquals(503, poll.status());
      assertEquals("stopping", poll.text().strip());
      assertFalse(poll.header("Retry-After").isEmpty());
      assertEquals("close", poll.header("Connection"));
      assertFalse(stopped.isDone(), "the upload is not waited for");
      upload.send("full");
      RawClient.Response written = upload.response();
      assertEquals(200, written.status(), written::text);
      assertEquals("close", written.header("Connection"));
      assertTrue(stopped.get(30, TimeUnit.SECONDS), "something was cut off");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTurnAwayABodyThatOutlastsTheGrace(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open();
        RawClient upload = fixture.connect(door)) {
      beginUpload(upload);
      CompletableFuture<Boolean> stopped =
          CompletableFuture.supplyAsync(() -> fixture.server.stop(Duration.ofMillis(200)));
      assertTurnedAway(upload);
      assertFalse(stopped.get(30, TimeUnit.SECONDS), "nothing was turned away");
      assertFalse(fixture.node.last instanceof Command.Write, "half a value is stored");
    }
  }

  /** A large body goes to the disk as it comes, and is given up there. */
  @ParameterizedTest
  @EnumSource
  void shouldTurnAwayALargeUploadThatOutlastsTheGrace(Door door) throws Exception {
    try (DaemonFixture node = new DaemonFixture(directory);
        RawClient upload = node.connect(door)) {
      upload.send("PUT /write?name=a HTTP/1.1\r\nHost: localhost\r\n");
      upload.send("Content-Length: 64000000\r\nExpect: 100-continue\r\n\r\n");
      assertEquals(100, upload.response().status());
      upload.send("x".repeat(3_000_000));
      CompletableFuture<Void> closed = CompletableFuture.runAsync(node::close);
      assertTurnedAway(upload);
      closed.get(30, TimeUnit.SECONDS);
    }
  }

  private static void assertTurnedAway(RawClient upload) throws IOException {
    RawClient.Response answer = upload.response();
    assertEquals(503, answer.status());
    assertEquals("stopping", answer.text().strip());
    assertEquals("not-applied", answer.header("Volute-Outcome"));
    assertEquals("close", answer.header("Connection"));
    assertFalse(answer.header("Retry-After").isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void shouldEndAWatchWithAWholeAnswer(Door door) throws Exception {
    try (DaemonFixture node = new DaemonFixture(directory);
        RawClient watching = node.connect(door)) {
      watching.request("GET", "/watch");
      StringBuilder head = new StringBuilder();
      while (head.indexOf("id: ") < 0) {
        head.append(new String(watching.bytes(1), StandardCharsets.UTF_8));
      }
      assertTrue(head.indexOf("HTTP/1.1 200 ") == 0, head::toString);
      CompletableFuture<Void> closed = CompletableFuture.runAsync(node::close);
      String rest = new String(watching.toEnd(), StandardCharsets.UTF_8);
      // The last chunk: a client can tell this end from a broken connection.
      assertTrue(rest.endsWith("\r\n0\r\n\r\n"), rest);
      closed.get(30, TimeUnit.SECONDS);
    }
  }
}
