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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
      assertTrue(output.contains("POST /remove-peer?uid=c; until then deleted"), output);
      assertTrue(output.contains("7 keys wait for members that are not there"), output);
      assertTrue(output.endsWith("1 wrong\n"), output);
    }
  }

  @Test
  void shouldNameValuesThatAreDamagedAndThoseThatAreLost() throws IOException {
    String metrics = "volute_values_lost_total 2.0\nvolute_scrub_damaged_versions 5.0\n";
    try (ScriptedServer server = node("a", "", ALL_ALIVE, metrics)) {
      String output = CommandLineRun.at(server, "doctor").requireExit(1).output();
      assertTrue(output.contains("2 values were damaged and no member had them"), output);
      assertTrue(output.contains("5 were found damaged by the last scrub"), output);
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // What a node tells of itself | what is found | what to do
        "\"state\":\"starting\" | note   state       starting | look into its log",
        "\"state\":\"stopping\" | wrong  state       stopping | use another member",
        "\"hints\":3 | note   hints       3 keys are yet to be brought | look again in a minute",
        "\"syncsUnderWay\":2 | note   sync        all keys are being compared | nothing to do",
        "\"inSyncMillisAgo\":null | note   sync        not yet compared | all members are alive",
        "\"inSyncMillisAgo\":500000 | note   sync        last seen to be the same | look again",
        "\"inSyncMillisAgo\":4000 | ok     sync        the same as all others 4 s ago | ",
        "\"flags\":{\"fsync\":\"never\"} | note   flags       --fsync never | --fsync always",
        "\"flags\":{\"store\":\"ram\"} | note   flags       --store ram | the durable default",
        "\"flags\":{\"insecure\":true} | wrong  flags       --insecure | --token-file and",
        "\"flags\":{\"udp\":true} | note   flags       --udp | leave it out",
      })
  void shouldSayOfEachThingWhatItIsAndWhatToDo(String told, String says, String advice)
      throws IOException {
    try (ScriptedServer server = node("a", "," + told, ALL_ALIVE, "")) {
      CommandLineRun run = CommandLineRun.at(server, "doctor");
      assertTrue(run.output().contains("  " + says), run.output());
      assertTrue(advice == null || run.output().contains(advice), run.output());
      run.requireExit(says.startsWith("wrong") ? 1 : 0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.0E7 | 1.0E8 | wrong  disk        10 % free | make room",
        "9.0E9 | 1.0E11 | note   disk        9 % free | make room",
        "9.0E10 | 1.0E11 | ok     disk        90 % free | ",
      })
  void shouldSayHowMuchRoomTheDiskHas(String free, String all, String says, String advice)
      throws IOException {
    String metrics = "volute_disk_free_bytes " + free + "\nvolute_disk_total_bytes " + all + "\n";
    try (ScriptedServer server = node("a", "", ALL_ALIVE, metrics)) {
      String output = CommandLineRun.at(server, "doctor").output();
      assertTrue(output.contains("  " + says), output);
      assertTrue(advice == null || output.contains(advice), output);
    }
  }

  @Test
  void shouldNoteASuspectAndAHeapThatIsNearlyFull() throws IOException {
    String members = member("a", "alive") + "," + member("b", "suspect");
    String metrics = "volute_heap_used_bytes 95\nvolute_heap_max_bytes 100\n";
    try (ScriptedServer server = node("a", "", members, metrics)) {
      String output = CommandLineRun.at(server, "doctor").requireExit(0).output();
      assertTrue(output.contains("  note   member      b (h:1) is suspect"), output);
      assertTrue(output.contains("check UDP between the two"), output);
      assertTrue(output.contains("  note   memory      95 %"), output);
      assertTrue(output.contains("VOLUTE_JAVA_OPTS=-Xmx"), output);
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
