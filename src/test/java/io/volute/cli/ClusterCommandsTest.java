package io.volute.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.http.ScriptedServer;
import io.volute.client.http.ScriptedServer.Asked;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ClusterCommandsTest {
  private static final String JSON = "Content-Type: application/json; charset=utf-8";

  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.onTcp();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void requireAsked(int index, String line, boolean wantsJson) {
    Asked asked = server.asked().get(index);
    assertEquals(line + " HTTP/1.1", asked.line());
    assertEquals(wantsJson ? "application/json" : "", asked.header("Accept").orElse(""));
  }

  @Test
  void shouldSayTheStateAndThenTheDetailsOverOneConnection() {
    server.then(ScriptedServer.text(200, "running\n"));
    server.then(ScriptedServer.text(200, "{\"uid\":\"n1\",\"sync\":{\"running\":0}}", JSON));
    CommandLineRun.at(server, "status").requireDone("running\n  uid: n1\n  sync.running: 0\n");
    requireAsked(0, "GET /status", false);
    requireAsked(1, "GET /status", true);
    assertEquals(1, server.connections());
  }

  @Test
  void shouldSayTheStateWhenTheNodeHasNoDetails() {
    server.otherwise(ScriptedServer.text(200, "starting"));
    CommandLineRun.at(server, "status").requireDone("starting\n");
  }

  @Test
  void shouldShowSeveralNodesAgainAndAgain() throws IOException {
    String status =
        "{\"uid\":\"n1\",\"state\":\"running\",\"members\":3,\"membersAlive\":2,\"keys\":17,"
            + "\"bytes\":4711,\"hints\":5,\"syncsUnderWay\":1,"
            + "\"moving\":{\"underWay\":true,\"percent\":42,\"keysUnconfirmed\":9}}";
    String members =
        "{\"members\":[{\"uid\":\"n1\",\"state\":\"alive\"},{\"uid\":\"n2\",\"state\":\"dead\"}]}";
    for (int i = 0; i < 2; i++) {
      server.then(ScriptedServer.text(200, status, JSON));
      server.then(ScriptedServer.text(200, members, JSON));
    }
    try (ScriptedServer broken = ScriptedServer.onTcp()) {
      broken.otherwise(ScriptedServer.text(500, "broken"));
      String shown =
          CommandLineRun.of(
                  "status",
                  "--watch",
                  "--times",
                  "2",
                  "--every",
                  "1ms",
                  server.address(),
                  broken.address())
              .requireExit(0)
              .output();
      List<String> lines = shown.lines().map(line -> line.replaceAll(" +", " ")).toList();
      List<String> once =
          List.of(
              "NODE STATE MEMBERS KEYS BYTES HINTS SYNCS MOVING",
              "n1 running 2/3 17 4711 5 1 42%, 9 left",
              broken.address() + " does not answer",
              "n1 sees: n2 dead");
      assertEquals(once, lines.subList(0, 4));
      assertEquals("", lines.get(4));
      assertEquals(once, lines.subList(5, lines.size()));
    }
  }

  @Test
  void shouldRefuseWhatDoesNotGoWithWatching() {
    CommandLineRun.at(server, "status", "--watch", "--json").requireExit(2);
    CommandLineRun.at(server, "status", "--watch", "--times", "-1").requireExit(2);
    CommandLineRun.at(server, "status", "localhost:1").requireExit(2);
    assertEquals(0, server.asked().size());
  }

  @Test
  void shouldPassJsonOnWhenAProgramAsks() {
    server.otherwise(ScriptedServer.text(200, "{\"a\":1}", JSON));
    CommandLineRun.at(server, "status", "--json").requireDone("{\"a\":1}\n");
    CommandLineRun.at(server, "members", "--json").requireDone("{\"a\":1}\n");
    CommandLineRun.at(server, "ring", "--json").requireDone("{\"a\":1}\n");
    CommandLineRun.at(server, "explain", "x", "--json").requireDone("{\"a\":1}\n");
    requireAsked(0, "GET /status", true);
    requireAsked(1, "GET /membership", true);
    requireAsked(2, "GET /ring", true);
  }

  @Test
  void shouldListMembersAndOwnersAsLines() {
    server.otherwise(ScriptedServer.text(200, "n1 a:1 alive\nn2 b:2 \033[31mdead"));
    CommandLineRun.at(server, "members").requireDone("n1 a:1 alive\nn2 b:2 ?[31mdead\n");
    CommandLineRun.at(server, "ring").requireExit(0);
    CommandLineRun.at(server, "ring", "k/1").requireExit(0);
    requireAsked(0, "GET /membership", false);
    requireAsked(1, "GET /ring", false);
    requireAsked(2, "GET /ring?name=k%2F1", false);
  }

  @Test
  void shouldExplainAKeyInLines() {
    server.then(ScriptedServer.text(200, "{\"owners\":[{\"uid\":\"n1\"},{\"uid\":\"n2\"}]}", JSON));
    CommandLineRun.at(server, "explain", "x").requireDone("owners.0.uid: n1\nowners.1.uid: n2\n");
    requireAsked(0, "GET /explain?name=x", false);
  }

  @Test
  void shouldShowHowFarARepairIsAndFailWhenItWasNotWhole() {
    String first = "{\"members\":1,\"membersUnreachable\":0,\"keysUnmended\":0,\"done\":false}\n";
    String last = first.replace("false", "true");
    server.then(ScriptedServer.text(200, first + last, JSON));
    CommandLineRun run = CommandLineRun.at(server, "repair", "a/").requireExit(0);
    assertTrue(run.errors().contains("members 1, membersUnreachable 0"), run.errors());
    assertEquals("POST /repair?prefix=a%2F HTTP/1.1", server.askedOnce().line());
    server.then(ScriptedServer.text(200, last.replace("Unreachable\":0", "Unreachable\":1")));
    CommandLineRun.at(server, "repair").requireExit(1);
    server.then(ScriptedServer.text(200, first));
    CommandLineRun.at(server, "repair").requireExit(1);
  }

  @Test
  void shouldSendThePeersWhenANodeIsToJoin() {
    server.then(ScriptedServer.text(200, "joined\n"));
    CommandLineRun.at(server, "join", "a:1593", "[::1]:2").requireDone("joined\n");
    Asked asked = server.askedOnce();
    assertEquals("POST /cluster/join HTTP/1.1", asked.line());
    assertEquals("application/json", asked.header("Content-Type").orElseThrow());
    assertEquals("{\"peers\":[\"a:1593\",\"[::1]:2\"]}", new String(asked.body(), UTF_8));
    CommandLineRun refused = CommandLineRun.at(server, "join", "a:1", "nowhere").requireExit(2);
    assertTrue(refused.errors().contains("peer 'nowhere': allowed is"), refused.errors());
    assertEquals(1, server.asked().size());
  }

  @Test
  void shouldTellProgramsThatANodeHasJoinedOrLeft() {
    server.otherwise(ScriptedServer.text(200, ""));
    CommandLineRun.at(server, "join", "a:1593", "--json")
        .requireDone("{\"joined\":true,\"peers\":[\"a:1593\"]}\n");
    CommandLineRun.at(server, "leave", "--json").requireDone("{\"left\":true}\n");
  }

  @Test
  void shouldWaitForANodeThatLeaves() {
    server.then(
        (asked, out) -> {
          Thread.sleep(300);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nleft\n".getBytes(UTF_8));
        });
    CommandLineRun.at(server, "--answer-timeout", "100ms", "leave").requireDone("left\n");
    assertEquals("POST /cluster/leave HTTP/1.1", server.askedOnce().line());
    server.then((asked, out) -> Thread.sleep(300));
    CommandLineRun run = CommandLineRun.at(server, "leave", "--timeout=20ms").requireExit(1);
    assertTrue(run.errors().contains("no answer from " + server.address()), run.errors());
  }

  @Test
  void shouldPassTheNodesLineOnWhenItDoesNotKnowTheCommand() {
    server.otherwise(ScriptedServer.text(404, "no such path: see docs\n"));
    CommandLineRun.at(server, "join", "a:1").requireFailure(1, "no such path: see docs");
    CommandLineRun.at(server, "leave").requireFailure(1, "no such path: see docs");
  }
}
