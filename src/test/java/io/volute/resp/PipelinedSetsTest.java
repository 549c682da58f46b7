package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.resp.RespFixture.Door;
import io.volute.settings.ListenAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sets of one key in a row: one wait for all that stand behind an earlier change. */
final class PipelinedSetsTest {
  private static final int SETS = 100;
  private static final int ROUNDS = 200;
  private static final int CALLS_A_ROUND = 40;
  private static final Answer DONE = new Answer.Written(CausalContext.EMPTY, 1, 1, 1);

  private record Asked(Command command, Consumer<Answer> reply) {
    String value() {
      byte[] bytes = ((Command.Write) command).value().bytes();
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

  private Asked next() throws InterruptedException {
    Asked one = asked.poll(10, TimeUnit.SECONDS);
    assertTrue(one != null, "the node is not asked");
    return one;
  }

  private void checkLastOfMany(Answer lastAnswer, String lastReply) throws Exception {
    ListenAddress.Tcp address = RespFixture.freePort();
    try (RespServer server =
            RespServer.open(
                RespSettings.of(List.of(address), "0"),
                (command, reply) -> asked.add(new Asked(command, reply)));
        RespClient client = RespClient.connect(address)) {
      for (int i = 1; i <= SETS; i++) {
        client.send(RespClient.request("SET", "k", "v" + i));
      }
      client.send(RespClient.request("GET", "other"));
      Asked first = next();
      assertEquals("v1", first.value());
      Asked other = next();
      assertTrue(other.command() instanceof Command.Read, "sets that wait keep others waiting");
      assertNull(asked.poll());
      first.reply().accept(DONE);
      Asked last = next();
      assertEquals("v" + SETS, last.value());
      assertEquals("OK", client.reply());
      last.reply().accept(lastAnswer);
      other.reply().accept(new Answer.NotFound(CausalContext.EMPTY, 1, 1));
      for (int i = 2; i <= SETS; i++) {
        assertEquals(lastReply, client.reply());
      }
      assertEquals("nil", client.reply());
      assertNull(asked.poll());
      RespFixture.awaitNothingHeld(server);
    }
  }

  @Test
  void shouldCarryOutTheLastWhenManyWait() throws Exception {
    checkLastOfMany(DONE, "OK");
  }

  @Test
  void shouldRefuseAllThatTheLastStandsForWhenItIsRefused() throws Exception {
    checkLastOfMany(
        Answer.Refused.notApplied(Answer.Reason.STORE_FAILED, "full"), "-ERR not applied: full");
  }

  @Test
  void shouldHoldNothingWhenTheClientLeavesWhileSetsWait() throws Exception {
    ListenAddress.Tcp address = RespFixture.freePort();
    try (RespServer server =
        RespServer.open(
            RespSettings.of(List.of(address), "0"),
            (command, reply) -> asked.add(new Asked(command, reply)))) {
      Asked first;
      try (RespClient client = RespClient.connect(address)) {
        for (int i = 1; i <= SETS; i++) {
          client.send(RespClient.request("SET", "k", "v" + i));
        }
        client.send(RespClient.request("GET", "other"));
        first = next();
        next().reply().accept(new Answer.NotFound(CausalContext.EMPTY, 1, 1));
      }
      first.reply().accept(DONE);
      next().reply().accept(DONE);
      RespFixture.awaitNothingHeld(server);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerAsOneByOneWhenSetsAreAmongOtherCalls(Door door) throws Exception {
    Random random = new Random(7);
    Map<String, String> model = new HashMap<>();
    try (RespFixture fixture = RespFixture.open();
        RespClient client = fixture.connect(door)) {
      for (int round = 0; round < ROUNDS; round++) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < CALLS_A_ROUND; i++) {
          addCall(random, model, round + "-" + i, all, expected);
        }
        client.send(all.toByteArray());
        for (String reply : expected) {
          assertEquals(reply, client.reply(), "round " + round);
        }
      }
      RespFixture.awaitNothingHeld(fixture.server);
    }
  }

  private static void addCall(
      Random random,
      Map<String, String> model,
      String value,
      ByteArrayOutputStream all,
      List<String> expected)
      throws IOException {
    String key = "k" + random.nextInt(3);
    int kind = random.nextInt(10);
    if (kind < 6) {
      all.write(RespClient.request("SET", key, value));
      model.put(key, value);
      expected.add("OK");
    } else if (kind == 6) {
      all.write(RespClient.request("DEL", key));
      expected.add(model.remove(key) == null ? ":0" : ":1");
    } else if (kind == 7) {
      all.write(RespClient.request("SET", key, value, "NX"));
      expected.add(model.putIfAbsent(key, value) == null ? "OK" : "nil");
    } else if (kind == 8) {
      all.write(RespClient.request("MGET", key, "k0", key));
      String one = model.getOrDefault(key, "nil");
      expected.add("[" + one + ", " + model.getOrDefault("k0", "nil") + ", " + one + "]");
    } else {
      all.write(RespClient.request("GET", key));
      expected.add(model.getOrDefault(key, "nil"));
    }
  }
}
