package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.http.ScriptedServer;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DoctorCommandTest {
  private static final String ALL_ALIVE = member("a", "alive") + "," + member("b", "alive");

  private static String member(String uid, String state) {
    return "{\"uid\":\"" + uid + "\",\"address\":\"h:1\",\"state\":\"" + state + "\"}";
  }

  /** A node that tells this, whatever it is asked first. */
  private static ScriptedServer node(
      String uid, String more, String members, String metrics, String... headers)
      throws IOException {
    String status = "{\"uid\":\"" + uid + "\",\"state\":\"running\",\"version\":\"1\"" + more + "}";
    return ScriptedServer.onTcp()
        .otherwise(
            (asked, out) -> {
              String path = asked.line().split(" ")[1];
              String body =
                  switch (path) {
                    case "/status" -> status;
                    case "/membership" -> "{\"members\":[" + members + "]}";
                    default -> metrics;
                  };
              ScriptedServer.text(200, body, headers).to(asked, out);
            });
  }

  @Test
  void shouldFindNothingWrongWhenAllIsWell() throws IOException {
    String three = ALL_ALIVE + "," + member("c", "alive") + "," + member("d", "left");
    String metrics = "volute_heap_used_bytes 10\nvolute_heap_max_bytes 100\n";
    try (ScriptedServer server = node("a", ",\"hints\":0,\"syncsUnderWay\":0", three, metrics)) {
      String output = CommandLineRun.at(server, "doctor").requireExit(0).output();
      assertTrue(output.startsWith("a at localhost:"), output);
      assertTrue(output.contains("3 of 3 members alive"), output);
      assertTrue(output.contains("  ok     memory      10 % of 0 MiB"), output);
      assertTrue(output.endsWith("nothing is wrong\n"), output);
    }
  }

  @Test
  void shouldNameTheMemberThatIsDeadAndWhatToDo() throws IOException {
    String members = ALL_ALIVE + "," + member("c", "dead");
    try (ScriptedServer server = node("a", ",\"hints\":7", members, "")) {
      String output = CommandLineRun.at(server, "doctor").requireExit(1).output();
      assertTrue(output.contains("  wrong  member      c (h:1) is dead\n"), output);
      assertTrue(output.contains("POST /remove-peer?uid=c"), output);
      assertTrue(output.contains("7 keys wait for members that are not there"), output);
      assertTrue(output.endsWith("1 wrong\n"), output);
    }
  }

  @Test
  void shouldSayThatANodeCanNotBeReachedAndGoOnWithTheOthers() throws IOException {
    try (ScriptedServer server = node("a", "", ALL_ALIVE, "")) {
      CommandLineRun run = CommandLineRun.of("doctor", "localhost:1", server.address());
      String output = run.requireExit(1).output();
      assertTrue(output.contains("wrong  reach       cannot reach localhost:1"), output);
      assertTrue(output.contains("2 of 2 members alive"), output);
      assertTrue(output.contains("a quorum of two needs both"), output);
    }
  }

  @Test
  void shouldSeeWhenNodesDisagree() throws IOException {
    String later =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(5));
    try (ScriptedServer first = node("a", ",\"flags\":{\"clone\":false}", ALL_ALIVE, "");
        ScriptedServer second =
            node(
                "b",
                ",\"flags\":{\"clone\":true,\"fsync\":\"never\"}",
                member("b", "alive"),
                "",
                "Date: " + later)) {
      String json =
          CommandLineRun.of("doctor", "--json", first.address(), second.address())
              .requireExit(1)
              .output();
      assertTrue(json.startsWith("{\"healthy\":false,"), json);
      assertTrue(json.contains("a know [a, b]; b know [b]"), json);
      assertTrue(json.contains("clone false on a; clone true on b"), json);
      assertTrue(json.contains("--fsync never"), json);
      assertTrue(json.contains("b is about "), json);
      assertFalse(json.contains("a is about "), json);
    }
  }

  @Test
  void shouldReadDiskAndRefusalsFromMetricsOfAnyForm() throws IOException {
    String metrics =
        """
        # HELP volute_disk_free_bytes x
        volute_disk_free_bytes{disk="/"} 1.0E9 1700000000
        volute_disk_total_bytes{disk="/"} 1.0E11
        volute_store_paused 1
        volute_commands_total{command="read",outcome="ok"} 900
        volute_commands_total{command="read",outcome="overloaded"} 100
        something new {that} is no sample
        """;
    try (ScriptedServer server = node("a", "", member("a", "alive"), metrics)) {
      String output = CommandLineRun.at(server, "doctor").requireExit(1).output();
      assertTrue(output.contains("wrong  disk        the store takes no changes"), output);
      assertTrue(output.contains("wrong  disk        1 % free (0.9 GiB)"), output);
      assertTrue(output.contains("note   refusals    10.00 % of 1000 since its start"), output);
    }
  }

  @Test
  void shouldShowTheTokenEveryWhere() throws IOException {
    try (ScriptedServer server = node("a", "", ALL_ALIVE, "")) {
      CommandLineRun.at(server, "doctor", "--token", "s3cret").requireExit(0);
      assertEquals(
          server.asked().size(),
          server.asked().stream()
              .filter(one -> one.header("Authorization").orElse("").equals("Bearer s3cret"))
              .count());
    }
  }
}
