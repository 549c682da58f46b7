package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.resp.RespFixture.Door;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stop says to clients: each call that has come gets its reply or an error. */
@Timeout(60)
final class StopTest {
  private static final String STOPPING = "-TRYAGAIN the node is stopping, nothing was done";

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);
  private RespFixture fixture;

  /** A node that has got a command and does not answer until it may. */
  @BeforeEach
  void openBeforeASlowNode() throws Exception {
    fixture = RespFixture.open();
    fixture.node.before = this::hold;
  }

  private Optional<Answer> hold(Command command) {
    reached.countDown();
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  @AfterEach
  void close() throws Exception {
    open.countDown();
    fixture.close();
    assertEquals(0, fixture.server.bytesHeld());
  }

  private CompletableFuture<Boolean> stop(Duration grace) {
    return CompletableFuture.supplyAsync(() -> fixture.server.stop(grace));
  }

  @ParameterizedTest
  @EnumSource
  void shouldFinishCallsUnderWay(Door door) throws Exception {
    try (RespClient client = fixture.connect(door);
        RespClient idle = fixture.connect(Door.UNIX)) {
      client.send(RespClient.request("SET", "k", "v"));
      reached.await();
      CompletableFuture<Boolean> stopped = stop(Duration.ofSeconds(20));
      assertTrue(idle.isEnded());
      open.countDown();
      assertEquals("OK", client.reply());
      assertTrue(client.isEnded());
      assertTrue(stopped.get(30, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhatComesAndWhatHasNotBegun(Door door) throws Exception {
    int more = 2 * Pipeline.MAX_CALLS;
    try (RespClient client = fixture.connect(door)) {
      client.send(RespClient.request("SET", "k", "v"));
      for (int i = 0; i < more; i++) {
        client.send(RespClient.request("GET", "k" + i));
      }
      reached.await();
      // Its word reaches the connection before any answer of the node does.
      fixture.server.beginStop();
      CompletableFuture<Boolean> stopped = stop(Duration.ofSeconds(20));
      client.send(RespClient.request("SET", "late", "v"));
      open.countDown();
      assertEquals("OK", client.reply());
      for (int i = 0; i < more; i++) {
        String reply = client.reply();
        assertTrue(reply.equals("nil") || i > 0 && reply.equals(STOPPING), reply);
      }
      assertEquals(STOPPING, client.reply());
      assertTrue(client.isEnded());
      assertTrue(stopped.get(30, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayWhatIsKnownOfCallsThatOutlastTheGrace(Door door) throws Exception {
    try (RespClient client = fixture.connect(door)) {
      client.send(RespClient.request("SET", "k", "v"));
      client.send(RespClient.request("GET", "other"));
      client.send(RespClient.request("DBSIZE"));
      reached.await();
      CompletableFuture<Boolean> stopped = stop(Duration.ofMillis(300));
      assertEquals(
          "-ERR outcome unknown, the change may still surface: the node is stopping",
          client.reply());
      assertEquals("-TRYAGAIN the node is stopping", client.reply());
      assertEquals(STOPPING, client.reply());
      assertTrue(client.isEnded());
      assertFalse(stopped.get(30, TimeUnit.SECONDS), "nothing was given up");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseACallThatHasComeInPart(Door door) throws Exception {
    open.countDown();
    try (RespClient client = fixture.connect(door)) {
      assertEquals("PONG", client.call("PING"));
      client.sendText("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nhalf");
      assertTrue(stop(Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS));
      assertEquals(STOPPING, client.reply());
      assertTrue(client.isEnded());
    }
  }
}
