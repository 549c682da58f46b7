package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster as somebody starts it to look at it. */
@Timeout(180)
final class ClusterScriptProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path directory;

  private String shown() throws IOException {
    return Files.readString(directory.resolve("shown"), StandardCharsets.UTF_8);
  }

  private long pid(String node) throws IOException {
    String line =
        shown().lines().filter(each -> each.startsWith(node + "  http")).findFirst().get();
    return Long.parseLong(line.replaceAll(".* pid ([0-9]+) .*", "$1"));
  }

  @Test
  void shouldShowANodeThatDiesAndStopAllTogether() throws Exception {
    Path home = Files.createDirectories(directory.resolve("c"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Program.TREE.resolve("scripts/cluster").toString(),
            "3",
            "--watch",
            "--dir",
            home.toString());
    builder.environment().put("VOLUTE_BUILD", "never");
    builder.environment().put("VOLUTE_JAVA_OPTS", "-Xmx256m");
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("shown").toFile());
    Process script = builder.start();
    try {
      Await.until("all are shown", LIMIT, () -> shown().matches("(?s).*\nn3 +running +3/3 .*"));
      ProcessHandle.of(pid("n2")).orElseThrow().destroyForcibly();
      Await.until(
          "the dead one is shown",
          LIMIT,
          () -> shown().matches("(?s).*/n2/http.sock +does not answer.*"));
      Await.until(
          "the others miss it", LIMIT, () -> shown().matches("(?s).*\nn3 +running +2/3 .*"));
      Await.until("it is dead", LIMIT, () -> shown().matches("(?s).*\nn1 sees: n2 dead.*"));
    } finally {
      script.destroy();
    }
    assertTrue(script.waitFor(20, TimeUnit.SECONDS), "stops");
    assertEquals(0, script.exitValue(), shown());
  }
}
