package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.storage.StoreWriterProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store in a process of its own. */
class StoreProcessTest {
  private static final int ROUNDS = 5;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"log", "rocksdb"})
  void shouldLoseNothingStoredWhenKilledAtRandomTimes(String engine) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long last = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int reportsBeforeKill = 1 + random.nextInt(100);
      long stored = runAndKill(engine, last + 1, reportsBeforeKill);
      assertTrue(stored > last, "round " + round + ", seed " + seed);
      last = StoreWriterProcess.verify(engine, directory.resolve("store"), stored);
      assertTrue(last >= stored);
    }
  }

  private long runAndKill(String engine, long first, int reportsBeforeKill) throws Exception {
    List<String> command =
        StoreWriterProcess.command(
            List.of("-XX:TieredStopAtLevel=1"),
            engine,
            directory.resolve("store"),
            first,
            Long.MAX_VALUE);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    long stored = 0;
    try (BufferedReader lines = reader(process)) {
      int count = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // The last line may be cut short; a part of a number is a smaller number.
        stored = Math.max(stored, Long.parseLong(line));
        if (++count == reportsBeforeKill) {
          // Unlike the process itself, its handle leaves the pipe open: what it said still counts.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertEquals(128 + 9, process.exitValue());
    return stored;
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void shouldNotCompileAndLeaveNoTraceInTheUsersHome() throws Exception {
    Path home = Files.createDirectory(directory.resolve("user home"));
    List<String> flags = List.of("-Duser.home=" + home, "-Xlog:class+load:stdout");
    Process process =
        new ProcessBuilder(
                StoreWriterProcess.command(flags, "log", directory.resolve("store"), 1, 100))
            .redirectErrorStream(true)
            .start();
    List<String> output = new ArrayList<>();
    try (BufferedReader lines = reader(process)) {
      lines.lines().forEach(output::add);
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertTrue(output.contains("closed"), () -> withoutLog(output));
    assertTrue(loaded(output, "net.openhft.chronicle.map."), "the real index was used");
    assertFalse(loaded(output, "com.sun.tools.javac.main."), "the compiler ran");
    assertEquals(List.of(), filesIn(home));
  }

  private static boolean loaded(List<String> output, String prefix) {
    return output.stream().anyMatch(line -> line.contains(" " + prefix));
  }

  private static String withoutLog(List<String> output) {
    return String.join("\n", output.stream().filter(line -> !line.startsWith("[")).toList());
  }

  private static List<Path> filesIn(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      return files.toList();
    }
  }
}
