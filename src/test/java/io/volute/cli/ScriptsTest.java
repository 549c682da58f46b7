package io.volute.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is below {@code scripts}, as somebody meets it who types a name and {@code --help}. */
@Timeout(60)
class ScriptsTest {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("volute.home.tree", "")).resolve("scripts").toAbsolutePath();

  /** They build what they need first, and answer themselves: other tests ask them. */
  private static final List<String> ASKED_ELSEWHERE = List.of("volute", "voluted");

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      return files.filter(Files::isRegularFile).filter(Files::isExecutable).sorted().toList();
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), output);
    assertEquals(0, process.exitValue(), output);
    return output;
  }

  @Test
  void shouldSayWhatItIsForWhenAskedForHelp() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash");
    for (Path script : scripts()) {
      String name = script.getFileName().toString();
      if (!ASKED_ELSEWHERE.contains(name)) {
        String help = run(script.toString(), "--help");
        assertTrue(help.lines().findFirst().orElse("").length() > 20, name + " says: " + help);
        assertTrue(!help.contains("set -e"), help);
      }
    }
  }

  @Test
  void shouldBeSomethingThatBashCanRead() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash");
    for (Path script : scripts()) {
      run("/bin/bash", "-n", script.toString());
    }
  }
}
