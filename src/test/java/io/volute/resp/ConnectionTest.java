package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.listen.TokenFile;
import io.volute.listen.TokenFileException;
import io.volute.resp.RespFixture.Door;
import io.volute.settings.ListenAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a connection behaves: order, bounds, refusals, its end. */
final class ConnectionTest {
  private static final int CALLS = 20_000;

  @TempDir Path directory;

  private TokenFile tokens(String content) {
    try {
      return TokenFile.open(Files.writeString(directory.resolve("tokens"), content));
    } catch (IOException | TokenFileException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerInOrderWhenCallsArePipelined(Door door) throws Exception {
    try (RespFixture fixture = RespFixture.open();
        RespClient client = fixture.connect(door)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < CALLS; i++) {
        String name = "k" + i % 7;
        all.write(RespClient.request("SET", name, "v" + i));
        all.write(RespClient.request("GET", name));
      }
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.send(all.toByteArray());
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      for (int i = 0; i < CALLS; i++) {
        assertEquals("OK", client.reply());
        assertEquals("v" + i, client.reply());
      }
      sent.get(10, TimeUnit.SECONDS);
      RespFixture.awaitNothingHeld(fixture.server);
    }
  }

  @Test
  void shouldHaveABoundedNumberUnderWayWhenNodeIsSlow() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    Queue<Consumer<Answer>> held = new ConcurrentLinkedQueue<>();
    ListenAddress.Tcp address = RespFixture.freePort();
    try (RespServer server =
            RespServer.open(
                RespSettings.of(List.of(address), "0"),
                (command, answer) -> {
                  held.add(answer);
                  begun.incrementAndGet();
                });
        RespClient client = RespClient.connect(address)) {
      int calls = 3 * Pipeline.MAX_CALLS;
      for (int i = 0; i < calls; i++) {
        client.send(RespClient.request("GET", "k" + i));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      int seen = 0;
      for (int answered = 0; answered < calls; ) {
        assertTrue(System.nanoTime() < deadline, "begun " + begun);
        seen = Math.max(seen, begun.get() - answered);
        Consumer<Answer> one = held.poll();
        if (one != null && (seen == Pipeline.MAX_CALLS || answered > 0)) {
          one.accept(new Answer.NotFound(CausalContext.EMPTY, 1, 1));
          answered++;
        } else if (one != null) {
          held.add(one);
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
      assertEquals(Pipeline.MAX_CALLS, seen);
      for (int i = 0; i < calls; i++) {
        assertEquals("nil", client.reply());
      }
      RespFixture.awaitNothingHeld(server);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCarryLargeValuesBothWays(Door door) throws Exception {
    try (RespFixture fixture = RespFixture.open();
        RespClient client = fixture.connect(door)) {
      byte[] bytes = new byte[5 << 20];
      Arrays.fill(bytes, (byte) 'x');
      String value = new String(bytes, StandardCharsets.ISO_8859_1);
      assertEquals("OK", client.call("SET", "k", value));
      assertEquals(value, client.call("GET", "k"));
      assertEquals("[" + value + ", " + value + "]", client.call("MGET", "k", "k"));
      RespFixture.awaitNothingHeld(fixture.server);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*1\r\n$99999999\r\n",
        "*99999\r\n",
        "*1\r\n$-1\r\n",
        "*-1\r\n",
        "*x\r\n",
        "*1\r\n*1\r\n",
        "*1\r\n$1\r\nab\r\n",
        "*1\n",
        "*12345678901\r\n",
        "\u0016\u0003\u0001\n"
      })
  void shouldSayWhyAndCloseWhenBytesAreNoRequest(String bytes) throws Exception {
    try (RespFixture fixture = RespFixture.open(s -> s.withValues(1 << 20, 4 << 20));
        RespClient client = fixture.connect(Door.TCP)) {
      client.sendText("PING\r\n" + bytes);
      assertEquals("PONG", client.reply());
      String reply = client.reply();
      assertTrue(reply.startsWith("-ERR Protocol error: "), reply);
      assertTrue(client.isEnded());
      RespFixture.awaitNothingHeld(fixture.server);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET pwn 1\r\n",
        "GET / HTTP/1.1\r\n\r\nSET pwn 1\r\n",
        "Host: localhost\r\nSET pwn 1\r\n",
        "put /x HTTP/1.0\r\nSET pwn 1\r\n",
        "PRI * HTTP/2.0\r\n\r\nSET pwn 1\r\n"
      })
  void shouldCloseWithoutAWordWhenClientSpeaksHttp(String bytes) throws Exception {
    try (RespFixture fixture = RespFixture.open();
        RespClient client = fixture.connect(Door.TCP);
        RespClient other = fixture.connect(Door.TCP)) {
      client.sendText(bytes);
      assertTrue(client.isEnded());
      assertEquals("nil", other.call("GET", "pwn"));
    }
  }

  @Test
  void shouldAnswerWhatCameWhenClientHasEndedItsSide() throws Exception {
    try (RespFixture fixture = RespFixture.open();
        RespClient client = fixture.connect(Door.UNIX)) {
      client.sendText("set k v\r\nget k\r\n").endOutput();
      assertEquals("OK", client.reply());
      assertEquals("v", client.reply());
      assertTrue(client.isEnded());
    }
  }

  @Test
  void shouldCloseWhenCallHasStoppedMoving() throws Exception {
    try (RespFixture fixture = RespFixture.open(s -> s.withStallTimeout(Duration.ofMillis(200)));
        RespClient idle = fixture.connect(Door.TCP);
        RespClient stalled = fixture.connect(Door.UNIX)) {
      stalled.sendText("*2\r\n$3\r\nGET\r\n$");
      assertTrue(stalled.isEnded());
      assertEquals("PONG", idle.call("PING"));
    }
  }

  @Test
  void shouldAskForATokenWhenThereIsOne() throws Exception {
    try (RespFixture fixture =
            RespFixture.open(s -> s.withTokens(tokens("secret-of-the-house\n")));
        RespClient client = fixture.connect(Door.TCP);
        RespClient second = fixture.connect(Door.TCP)) {
      assertEquals("-NOAUTH Authentication required.", client.call("GET", "k"));
      assertEquals("-NOAUTH Authentication required.", client.call("HELLO", "3"));
      assertTrue(client.call("AUTH", "wrong").startsWith("-WRONGPASS"));
      assertTrue(client.call("AUTH", "root", "secret-of-the-house").startsWith("-WRONGPASS"));
      assertEquals("OK", client.call("AUTH", "secret-of-the-house"));
      assertEquals("nil", client.call("GET", "k"));
      assertTrue(
          second
              .call("HELLO", "3", "AUTH", "default", "secret-of-the-house")
              .startsWith("{server"));
      assertEquals("OK", second.call("SET", "k", "v"));
    }
  }

  @Test
  void shouldKeepATokenToWhatItIsFor() throws Exception {
    String lines = "read-token-0123456 read-only\nteam-token-0123456 prefix=team/\n";
    try (RespFixture fixture = RespFixture.open(s -> s.withTokens(tokens(lines)));
        RespClient reader = fixture.connect(Door.TCP);
        RespClient team = fixture.connect(Door.TCP)) {
      assertEquals("OK", reader.call("AUTH", "read-token-0123456"));
      assertEquals("nil", reader.call("GET", "k"));
      assertEquals("-NOPERM the token allows reading only", reader.call("SET", "k", "v"));
      assertEquals("-NOPERM the token allows reading only", reader.call("DEL", "k"));
      assertEquals("OK", team.call("AUTH", "default", "team-token-0123456"));
      assertEquals("OK", team.call("SET", "team/k", "v"));
      assertEquals("v", team.call("GET", "team/k"));
      assertTrue(team.call("GET", "k").startsWith("-NOPERM"));
      assertTrue(team.call("MGET", "team/k", "k").startsWith("-NOPERM"));
      assertTrue(team.call("MSET", "team/k", "k", "other", "v").startsWith("-NOPERM"));
      assertTrue(team.call("SCAN", "0").startsWith("-NOPERM"));
      assertTrue(team.call("SCAN", "0", "MATCH", "tea*").startsWith("-NOPERM"));
      assertEquals("[0, [team/k]]", team.call("SCAN", "0", "MATCH", "team/*"));
      assertTrue(team.call("DBSIZE").startsWith("-NOPERM"));
      assertEquals("PONG", team.call("PING"));
    }
  }

  @Test
  void shouldSayWhatIsKnownWhenNodeRefuses() throws Exception {
    try (RespFixture fixture = RespFixture.open();
        RespClient client = fixture.connect(Door.TCP)) {
      refuse(fixture, Answer.Reason.OVERLOADED, Answer.Outcome.NOT_APPLIED);
      assertEquals("-TRYAGAIN not applied: why", client.call("SET", "k", "v"));
      assertEquals("-TRYAGAIN why", client.call("GET", "k"));
      refuse(fixture, Answer.Reason.UNAVAILABLE, Answer.Outcome.UNKNOWN);
      String unknown = "-ERR outcome unknown, the change may still surface: why";
      assertEquals(unknown, client.call("SET", "k", "v"));
      assertEquals(unknown + "; 0 of 2 keys are done", client.call("MSET", "k", "v", "l", "w"));
      refuse(fixture, Answer.Reason.FORBIDDEN, Answer.Outcome.NOT_APPLIED);
      assertEquals("-ERR not applied: why", client.call("SETNX", "k", "v"));
    }
  }

  private static void refuse(RespFixture fixture, Answer.Reason reason, Answer.Outcome outcome) {
    fixture.node.before = command -> Optional.of(new Answer.Refused(reason, "why", outcome, 1000));
  }

  @Test
  void shouldBeginAgainWhenOthersChangeTheKeyMeanwhile() throws Exception {
    try (RespFixture fixture = RespFixture.open();
        RespClient client = fixture.connect(Door.TCP)) {
      client.call("SET", "k", "v");
      AtomicInteger refusals = new AtomicInteger(3);
      fixture.node.before =
          command ->
              command instanceof Command.Change && refusals.getAndDecrement() > 0
                  ? Optional.of(
                      Answer.Refused.notApplied(Answer.Reason.PRECONDITION, "another one"))
                  : Optional.empty();
      assertEquals(":1", client.call("EXPIRE", "k", "10"));
      refusals.set(Integer.MAX_VALUE);
      String reply = client.call("GETDEL", "k");
      assertTrue(reply.startsWith("-TRYAGAIN not applied: others changed the key"), reply);
    }
  }
}
