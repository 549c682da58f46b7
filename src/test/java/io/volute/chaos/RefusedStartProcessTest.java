package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Starts that can't be: each says why in one line, and ends with the exit code for it. */
@Timeout(240)
final class RefusedStartProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int UNAVAILABLE = 1;
  private static final int BAD_INPUT = 2;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldRefuseAHomeThatIsInUse() {
    TestNode node = cluster.start(1).node(1);
    assertRefused(UNAVAILABLE, List.of(node.home().toString()), arguments(node.home()));
    assertEquals("running", node.curl("/status").text().strip());
  }

  @Test
  void shouldRefusePortsAndSocketsThatAreInUse() throws IOException {
    TestNode node = cluster.start(1).node(1);
    String http = "localhost:" + node.httpPort();
    String peers = node.banner().strip().replaceFirst(".*:", "");
    Path home = cluster.directory().resolve("other");
    assertAll(
        () -> assertRefused(UNAVAILABLE, List.of(http, "in use"), arguments(home, "-l", http)),
        () -> assertRefused(UNAVAILABLE, List.of(peers, "in use"), arguments(home, "-p", peers)),
        () ->
            assertRefused(
                UNAVAILABLE,
                List.of(node.socket().toString()),
                arguments(home, "-l", node.socket().toString())));
    assertEquals("running", node.curlSocket("/status").text().strip());
  }

  @Test
  void shouldRefuseWhenNoFilesAreLeftForClients() {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -n 300; exec \"$@\"", "limited"));
    command.add(Program.TREE.resolve("scripts/voluted").toString());
    command.addAll(Arrays.asList(arguments(cluster.directory().resolve("home"))));
    assertRefused(
        UNAVAILABLE,
        List.of("open files", "300", "ulimit -n", "LimitNOFILE"),
        Program.of(command).with("VOLUTE_BUILD", "never"),
        command);
  }

  @Test
  void shouldRefuseWhatIsNoFlagOrNoValue() {
    Path home = cluster.directory().resolve("home");
    assertAll(
        () -> assertBadInput(home, List.of("--prot", "--help"), "--prot", "1593"),
        () -> assertBadInput(home, List.of("-x"), "-x"),
        () -> assertBadInput(home, List.of("status"), "status"),
        () -> assertBadInput(home, List.of("--port", "70000", "1 to 65535"), "--port", "70000"),
        () -> assertBadInput(home, List.of("--port", "65535"), "--port", "0"),
        () -> assertBadInput(home, List.of("--port", "value"), "--port"),
        () -> assertBadInput(home, List.of("--mirrors", "many", "255"), "--mirrors", "many"),
        () -> assertBadInput(home, List.of("--fsync", "soon", "always"), "--fsync=soon"),
        () -> assertBadInput(home, List.of("--store", "tape", "ram"), "--store", "tape"),
        () -> assertBadInput(home, List.of("--sync-interval", "2", "ms"), "--sync-interval", "2"),
        () -> assertBadInput(home, List.of("--role", "boss", "member"), "--role", "boss"),
        () -> assertBadInput(home, List.of("--follow", "--role follower"), "--follow", "a/"),
        () -> assertBadInput(home, List.of("--listen", "1592"), "--listen", "1592"),
        () -> assertBadInput(home, List.of("--clone", "maybe"), "--clone=maybe"));
    assertTrue(Files.notExists(home), "a refused start has made a home");
  }

  @Test
  void shouldRefuseToOpenItselfToANetwork() {
    Path home = cluster.directory().resolve("home");
    assertAll(
        () -> assertBadInput(home, List.of("--bind", "0.0.0.0", "--insecure"), "--bind", "0.0.0.0"),
        () ->
            assertBadInput(
                home, List.of("--listen", "0.0.0.0:1", "--insecure"), "--listen", "0.0.0.0:1"));
  }

  @Test
  void shouldRefuseFilesThatCantBeRead() throws IOException {
    Path directory = cluster.directory();
    String none = directory.resolve("none").toString();
    Path home = directory.resolve("home");
    assertAll(
        () -> assertBadInput(home, List.of("--config", none), "--config", none),
        () -> assertBadInput(home, List.of("--members", none), "--members", none),
        () ->
            assertBadInput(
                home, List.of("--members", directory.toString()), "--members", "" + directory));
    Path nowhere = directory.resolve("nowhere");
    assertBadInput(
        home, List.of("--copy-root", nowhere.toString()), "--copy-root", nowhere.toString());
    Path config = Files.writeString(directory.resolve("config"), "# mine\nport = many\n");
    assertBadInput(home, List.of(config + ":2", "port", "many", "65535"), "--config", "" + config);
  }

  @Test
  void shouldNameFileAndLineOfABadMembership() throws IOException {
    Path home = Files.createDirectories(cluster.directory().resolve("home"));
    Path members = home.resolve("membership");
    List<List<String>> cases =
        List.of(
            List.of("", ":1", "entry"),
            List.of("# only\n\n# words\n", "entry"),
            List.of("a 127.0.0.1:1593\nb\n", ":2", "HOST:PORT"),
            List.of("a 127.0.0.1:1593\nb 127.0.0.1\n", ":2", "127.0.0.1"),
            List.of("a 127.0.0.1:99999\n", ":1", "65535"),
            List.of("a/b 127.0.0.1:1593\n", ":1", "a/b"),
            List.of("a 127.0.0.1:1593\n\na 127.0.0.1:1594\n", ":3", "'a'"),
            List.of("a 127.0.0.1:1593\nb 127.0.0.1:1593\n", ":2", "127.0.0.1:1593"),
            List.of("a 127.0.0.1:1593 weight=many\n", ":1", "weight", "1 to 1000"),
            List.of("a 127.0.0.1:1593 colour=red\n", ":1", "colour"));
    for (List<String> each : cases) {
      Files.writeString(members, each.get(0));
      List<String> named = new ArrayList<>(each.subList(1, each.size()));
      named.add(members.toString());
      assertRefused(BAD_INPUT, named, arguments(home));
    }
  }

  @Test
  void shouldRefuseAHomeThatBelongsToAnotherNode() throws IOException {
    TestNode node = cluster.start(1).node(1);
    node.stop();
    Files.writeString(node.home().resolve("membership"), "other 127.0.0.1:1593\n");
    assertBadInput(node.home(), List.of(node.home().toString(), "n1", "other"));
  }

  @Test
  void shouldRefuseToMakeSomethingElseOfAMember() throws IOException {
    TestNode node = cluster.start(1).node(1);
    node.stop();
    assertBadInput(
        node.home(), List.of("--role", node.home().toString(), "member"), "--role", "proxy");
  }

  /** Flags that would start a node, and more. */
  private static String[] arguments(Path home, String... more) {
    List<String> all = new ArrayList<>(List.of("--home", home.toString()));
    List<String> given = Arrays.asList(more);
    if (!given.contains("--listen") && !given.contains("-l")) {
      all.addAll(List.of("--listen", "localhost:" + FreePorts.next()));
    }
    if (!String.join(" ", given).contains("--port") && !given.contains("-p")) {
      all.addAll(List.of("-p", Integer.toString(FreePorts.next())));
    }
    all.addAll(given);
    return all.toArray(String[]::new);
  }

  private static void assertBadInput(Path home, List<String> named, String... flags) {
    assertRefused(BAD_INPUT, named, arguments(home, flags));
  }

  private static void assertRefused(int exitCode, List<String> named, String... arguments) {
    assertRefused(exitCode, named, Program.script("voluted", arguments), Arrays.asList(arguments));
  }

  private static void assertRefused(
      int exitCode, List<String> named, Program program, List<String> command) {
    Program.Finished start = program.run(LIMIT);
    String said = String.join(" ", command) + "\n" + start.out() + start.err();
    assertEquals(exitCode, start.exitCode(), said);
    assertEquals("", start.out(), said);
    assertEquals(1, start.err().lines().count(), said);
    for (String word : named) {
      assertTrue(start.err().contains(word), () -> "no '" + word + "' in: " + said);
    }
  }
}
