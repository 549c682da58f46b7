package io.volute.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.Volute;
import io.volute.cli.text.JsonLines;
import io.volute.client.json.JsonReader;
import io.volute.settings.SettingsBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's commands with a node that runs, over unix sockets. */
@Timeout(60)
class RealNodeTest {
  @TempDir private static Path directory;
  private static Volute node;
  private static String address;
  private static String resp;

  @BeforeAll
  static void open() throws Exception {
    address = directory.resolve("http").toString();
    resp = directory.resolve("resp").toString();
    SettingsBuilder settings =
        RamNode.settings(directory).set("listen", address).set("resp", resp).set("store", "log");
    node = Volute.open(settings.build());
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static CommandLineRun run(String... words) {
    return give("", words);
  }

  private static CommandLineRun give(String input, String... words) {
    return CommandLineRun.with(input.getBytes(UTF_8), Map.of("VOLUTE_ADDRESS", address), words);
  }

  /** The leaves of a JSON document, by path; fails where it is none. */
  private static Map<String, String> json(CommandLineRun run) throws IOException {
    Map<String, String> leaves = new HashMap<>();
    JsonReader reader = new JsonReader(new ByteArrayInputStream(run.bytes()));
    JsonLines.walk(reader, leaves::put);
    return leaves;
  }

  @Test
  void shouldDoWhatEachCommandIsForAndTellProgramsInJson() throws IOException {
    TreeSet<String> left = new TreeSet<>(ClientCommand.commandNames());
    // Where there is nothing to join, and where the tests after this one need the node.
    left.removeAll(List.of("completion", "join", "leave"));

    String version =
        json(give("tea", "write", "drink", "--json").requireExit(0)).getOrDefault("version", "");
    assertFalse(version.isEmpty());
    Map<String, String> read = json(run("read", "drink", "--json").requireExit(0));
    assertEquals(version, read.get("version"));
    assertEquals("dGVh", read.get("values.0.value"));
    assertTrue(json(run("keys", "--json").requireExit(0)).get("drink").startsWith("3:"));
    assertEquals(version, json(run("wait", "drink", "--json").requireExit(0)).get("version"));
    assertEquals("running", json(run("status", "--json").requireExit(0)).get("state"));
    assertEquals("alive", json(run("members", "--json").requireExit(0)).get("members.0.state"));
    assertEquals("1.0000", json(run("ring", "--json").requireExit(0)).get("members.0.share"));
    Map<String, String> explained = json(run("explain", "drink", "--json").requireExit(0));
    assertEquals("3", explained.get("copies.0.versions.0.size"));
    assertEquals("true", json(run("doctor", "--json").requireExit(0)).get("healthy"));
    String[] bench = {"bench", "--seconds=1", "--warmup=0", "--connections=2", "--json"};
    assertEquals("http", json(run(bench).requireExit(0)).get("protocol"));
    assertEquals("true", json(run("repair", "--json").requireExit(0)).get("done"));
    assertEquals("0", json(run("scrub", "--json").requireExit(0)).get("damagedPlaces"));
    assertFalse(json(run("backup", "first", "--json").requireExit(0)).isEmpty());
    assertTrue(Files.isDirectory(directory.resolve("home/backups/first")));
    Map<String, String> deleted =
        json(run("delete", "drink", "--version", version, "--json").requireExit(0));
    assertEquals("0", deleted.get("siblings"));
    run("read", "drink").requireExit(ExitCode.NOT_FOUND);

    left.removeAll(
        List.of("write", "read", "keys", "wait", "status", "members", "ring", "explain", "doctor"));
    left.removeAll(List.of("bench", "repair", "scrub", "backup", "delete"));
    assertEquals(new TreeSet<String>(), left, "a command that no line here has");
  }

  @Test
  void shouldShowSiblingsAndResolveThem() throws IOException {
    String first = give("tea", "write", "cup").requireExit(0).output().strip();
    give("coffee", "write", "cup", "--version", first).requireExit(0);
    give("water", "write", "cup", "--version", first).requireExit(0);
    CommandLineRun read = run("read", "cup").requireExit(0);
    assertTrue(read.errors().contains("2 siblings"), read.errors());
    Map<String, String> all = json(run("read", "cup", "--siblings", "--json").requireExit(0));
    assertEquals("2", all.get("siblings"));
    give("lemonade", "write", "cup", "--version", all.get("version")).requireExit(0);
    run("read", "cup").requireDone("lemonade");
  }

  @Test
  void shouldRefuseAConditionThatDoesNotHold() {
    give("one", "write", "once", "--if-none-match", "*").requireExit(0);
    CommandLineRun second = give("two", "write", "once", "--if-none-match", "*").requireExit(1);
    assertTrue(second.errors().contains("not-applied"), second.errors());
    run("read", "once").requireDone("one");
  }

  /** Every way in, as quick as answers come and at a rate. */
  @Test
  void shouldMakeLoadOverEveryWayIn() throws IOException {
    List<String> seen = new ArrayList<>();
    for (String protocol : List.of("http", "resp")) {
      for (String loop : List.of("closed", "open")) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("-a", protocol.equals("resp") ? resp : address, "bench"));
        words.addAll(List.of("--protocol", protocol, "--op=mixed", "--load", "--keys=50"));
        words.addAll(List.of("--seconds=1", "--warmup=0", "--connections=2", "--json"));
        if (loop.equals("open")) {
          words.addAll(List.of("--rate", "100"));
        }
        Map<String, String> report = json(run(words.toArray(String[]::new)).requireExit(0));
        seen.add(report.get("protocol") + " " + report.get("loop"));
        assertTrue(Long.parseLong(report.get("successes")) > 0, report.toString());
        assertTrue(report.keySet().stream().anyMatch(key -> key.contains("p99.99")));
        assertTrue(report.keySet().stream().noneMatch(key -> key.startsWith("errors.")));
      }
    }
    assertEquals(List.of("http closed", "http open", "resp closed", "resp open"), seen);
  }
}
