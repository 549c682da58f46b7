package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that the first pages tell a newcomer, in a fresh checkout. */
@Timeout(300)
final class ReadmeProcessTest {
  private static final Duration PAGE_LIMIT = Duration.ofSeconds(90);
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(4);
  private static final Duration SHORT = Duration.ofSeconds(20);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  static Stream<String> pages() throws IOException {
    try (Stream<Path> files = Files.list(Program.TREE.resolve("docs/start"))) {
      List<String> pages = new ArrayList<>(List.of("README.md"));
      files.map(file -> Program.TREE.relativize(file).toString()).sorted().forEach(pages::add);
      return pages.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldDoWhatThePageShows(String name) throws IOException {
    TestedPage page = TestedPage.read(Program.TREE.resolve(name));
    assertEquals(List.of(), page.unmarked(), "commands that are neither tested nor untested");
    Path checkout = checkout();
    Files.createDirectories(checkout.resolve("target"));
    Files.copy(Program.TREE.resolve("target/voluted.jar"), checkout.resolve("target/voluted.jar"));
    Path printed = Files.createDirectories(cluster.directory().resolve("printed"));
    Program.Finished finished =
        alone(page.script(printed)).in(checkout).with("VOLUTE_BUILD", "never").run(PAGE_LIMIT);
    for (int i = 0; i < page.steps().size(); i++) {
      TestedPage.Step step = page.steps().get(i);
      if (step.kind() != TestedPage.Kind.CTRL_C) {
        String out = read(printed.resolve("out." + i));
        String said = name + ":" + step.line() + "\n" + out + read(printed.resolve("err." + i));
        assertTrue(step.isShown(out), said + "\nshown is\n" + step.shown());
      }
    }
    assertEquals(0, finished.exitCode(), finished.out() + finished.err());
  }

  @Test
  void shouldBuildAndServeInAFreshCheckout() throws IOException, InterruptedException {
    Path checkout = checkout();
    Path home = cluster.directory().resolve("home");
    Path out = cluster.directory().resolve("out");
    Path err = cluster.directory().resolve("err");
    int port = FreePorts.next();
    List<String> command = new ArrayList<>(List.of(checkout.resolve("scripts/voluted").toString()));
    command.addAll(List.of("--listen", "localhost:" + port, "--home", home.toString()));
    command.addAll(List.of("--port", Integer.toString(FreePorts.next())));
    ProcessBuilder builder = new ProcessBuilder(command).directory(cluster.directory().toFile());
    builder.environment().remove("VOLUTE_BUILD");
    Process daemon = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      Await.until(
          () -> "it serves: " + read(out) + read(err),
          BUILD_LIMIT,
          () -> {
            assertTrue(daemon.isAlive(), () -> read(err));
            return read(out).startsWith("voluted ");
          });
      assertEquals("running", Curl.run("http://localhost:" + port + "/status").text().strip());
      // The process that was started is the daemon by now.
      daemon.destroy();
      assertTrue(daemon.waitFor(TestNode.STOP_LIMIT.toSeconds(), TimeUnit.SECONDS));
      assertEquals(0, daemon.exitValue(), () -> read(err));
    } finally {
      daemon.descendants().forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly();
    }
  }

  /** The files that belong to the project, as they are now, and nothing built. */
  private Path checkout() throws IOException {
    Path copy = Files.createDirectories(cluster.directory().resolve("checkout"));
    String script =
        """
        set -o pipefail
        if git ls-files -z >"$0/../files" 2>/dev/null; then
          tar --null -T "$0/../files" -c -f - | tar -x -f - -C "$0"
        else
          tar --exclude=./target --exclude=./volute-data -c -f - . | tar -x -f - -C "$0"
        fi
        """;
    Program.Finished copied = Program.of("bash", "-c", script, copy.toString()).run(SHORT);
    assertEquals(0, copied.exitCode(), copied.err());
    return copy;
  }

  /** Runs a script where the default ports are free, in a network of its own if that can be. */
  private static Program alone(String script) throws IOException {
    String own = "PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && exec \"$@\"";
    byte[] text = script.getBytes(StandardCharsets.UTF_8);
    boolean mayUnshare =
        Program.of("unshare", "-n", "bash", "-c", own, "own", "true").run(SHORT).exitCode() == 0;
    if (mayUnshare) {
      return Program.of("unshare", "-n", "bash", "-c", own, "own", "bash").reading(text);
    }
    for (int port : List.of(1592, 15921, 15922, 15923)) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        Assumptions.abort("port " + port + " of the pages is in use, and we are not root");
      }
    }
    return Program.of("bash").reading(text);
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
