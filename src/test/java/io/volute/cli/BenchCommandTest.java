package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.http.ScriptedServer;
import io.volute.client.http.ScriptedServer.Asked;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BenchCommandTest {
  private static double number(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + Pattern.quote(name) + "\":([0-9.]+)").matcher(json);
    assertTrue(matcher.find(), json);
    return Double.parseDouble(matcher.group(1));
  }

  private static long count(List<Asked> asked, String start) {
    return asked.stream().filter(request -> request.line().startsWith(start)).count();
  }

  @Test
  void shouldMeasureAClosedLoopOverAUnixSocket(@TempDir Path directory) throws IOException {
    try (ScriptedServer server = ScriptedServer.onUnix(directory.resolve("s"))) {
      String[] args = {
        "bench",
        "--op",
        "mixed",
        "--connections",
        "2",
        "--keys",
        "10",
        "--size",
        "50",
        "--load",
        "--seconds",
        "1",
        "--warmup",
        "0",
        "--mirrors",
        "1",
        "--w",
        "one",
        "--r",
        "one",
        "--json"
      };
      String json = CommandLineRun.at(server, args).requireExit(0).output();
      long writes = count(server.asked(), "POST /write?name=bench%2F");
      long reads = count(server.asked(), "GET /read?name=bench%2F");
      assertEquals(1, count(server.asked(), "GET /status"));
      assertEquals(writes + reads - 10, (long) number(json, "successes"));
      assertTrue(reads > 0 && writes > 10, json);
      assertTrue(number(json, "p50") <= number(json, "p99.99"), json);
      assertTrue(json.contains("\"loop\":\"closed\"") && json.contains("\"errors\":{}"), json);
      // The probe, the load, and the run: two connections each for the last two, unless the load
      // is over before its second one is needed.
      assertTrue(server.connections() == 5 || server.connections() == 4, json);
      assertTrue(server.asked().get(1).line().contains("&mirrors=1&w=one "));
      assertEquals(50, server.asked().get(1).body().length);
    }
  }

  @Test
  void shouldShowAStallInAllThatItHeldUpWhenTheRateIsFixed() throws IOException {
    try (ScriptedServer server = ScriptedServer.onTcp()) {
      server.then(ScriptedServer.text(200, "status"));
      server.then(
          (asked, out) -> {
            Thread.sleep(400);
            ScriptedServer.text(200, "late").to(asked, out);
          });
      String[] args = {
        "bench", "--rate", "200", "--connections", "1", "--seconds", "1", "--warmup", "0", "--json"
      };
      String json = CommandLineRun.at(server, args).requireExit(0).output();
      assertEquals(200, (long) number(json, "successes"));
      // Eighty requests were due within the stall. Counted from when they were sent, one was slow.
      assertTrue(number(json, "max") >= 390, json);
      assertTrue(number(json, "p90") >= 100, json);
      assertTrue(json.contains("\"rate\":200.000"), json);
    }
  }

  @Test
  void shouldCountWhatIsNeverSentWhenANodeFallsBehind() throws IOException {
    try (ScriptedServer server = ScriptedServer.onTcp()) {
      server.then(ScriptedServer.text(200, "status"));
      server.otherwise(
          (asked, out) -> {
            Thread.sleep(50);
            ScriptedServer.text(200, "slow").to(asked, out);
          });
      String[] args = {
        "bench", "--rate", "1000", "--connections", "1", "--seconds", "1", "--warmup", "0", "--json"
      };
      String json = CommandLineRun.at(server, args).requireExit(0).output();
      assertEquals(1000, (long) (number(json, "successes") + number(json, "never sent")), json);
      assertTrue(number(json, "never sent") > 900, json);
      assertTrue(number(json, "p50") >= 1000, json);
    }
  }

  @Test
  void shouldCountErrorsByKind() throws IOException {
    try (ScriptedServer server = ScriptedServer.onTcp()) {
      server.then(ScriptedServer.text(200, "status"));
      server.then(ScriptedServer.text(404, "no"));
      server.then(ScriptedServer.text(503, "full"));
      server.then(ScriptedServer.raw("garbage\r\n\r\n"));
      server.then(ScriptedServer.rawThenClose(""));
      server.then((asked, out) -> Thread.sleep(1500));
      String[] args = {
        "bench",
        "--op=read",
        "--connections=1",
        "--seconds=1",
        "--warmup=0",
        "--answer-timeout=500ms"
      };
      CommandLineRun run = CommandLineRun.at(server, args).requireExit(0);
      String errors =
          "5 (HTTP 503 1, connection lost 1, malformed answer 1, not found 1, timed out 1)";
      assertTrue(run.output().contains("errors      " + errors + "\n"), run.output());
      assertTrue(
          run.output().startsWith("read over http, closed loop, 1 connections to "), run.output());
      assertTrue(run.output().contains("\n  p99.99  "), run.output());
    }
  }

  @Test
  void shouldFailWhenNothingSucceeds() throws IOException {
    CommandLineRun.of("-a", "localhost:1", "bench")
        .requireFailure(1, "cannot reach localhost:1: Connection refused");
    try (ScriptedServer server = ScriptedServer.onTcp()) {
      server.then(ScriptedServer.text(200, "status"));
      server.otherwise(ScriptedServer.text(503, "full"));
      String[] args = {"bench", "--connections=1", "--load", "--keys=5"};
      CommandLineRun.at(server, args)
          .requireFailure(1, "could not write every key first: {HTTP 503=1}");
    }
  }
}
