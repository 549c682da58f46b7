package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The status page in a real browser without a screen. The screenshots stay under {@code
 * target/screenshots}. Skipped where no Chromium is installed; {@code scripts/test} does that where
 * it may.
 */
@Timeout(180)
class BrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final int PATIENCE_SECONDS = 60;

  @TempDir private Path directory;

  private static Optional<Path> browser() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(place -> NAMES.stream().map(name -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private String run(String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(browser().orElseThrow().toString());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-first-run",
            "--hide-scrollbars",
            "--user-data-dir=" + directory.resolve("profile")));
    command.addAll(List.of(more));
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the browser did not end: " + command);
    }
    assertEquals(0, process.exitValue(), () -> "the browser failed: " + command);
    return Files.readString(out);
  }

  private void screenshot(String name, String size, String page, String... more) throws Exception {
    Path file = SCREENSHOTS.resolve(name + ".png").toAbsolutePath();
    Files.createDirectories(SCREENSHOTS);
    List<String> flags =
        new ArrayList<>(List.of("--virtual-time-budget=5000", "--window-size=" + size));
    flags.addAll(List.of(more));
    flags.add("--screenshot=" + file);
    flags.add(page);
    run(flags.toArray(String[]::new));
    byte[] image = Files.readAllBytes(file);
    assertTrue(image.length > 5000, name + " is empty: " + image.length + " bytes");
    assertEquals("PNG", new String(image, 1, 3, StandardCharsets.US_ASCII));
  }

  @Test
  void shouldShowANodeThatRuns() throws Exception {
    assumeTrue(browser().isPresent(), "no Chromium is installed");
    try (DaemonFixture node = new DaemonFixture(directory)) {
      for (int i = 0; i < 20; i++) {
        assertEquals(200, node.send(Door.TCP, "POST", "/write?name=k" + i, "value").status());
      }
      String page = "http://localhost:" + node.tcp().port() + "/";
      String shown = run("--virtual-time-budget=5000", "--dump-dom", page);
      checkContent(shown, node.uid());
      checkAccess(shown);
      screenshot("status-light", "1024,1200", page);
      screenshot("status-dark", "1024,1200", page, "--blink-settings=preferredColorScheme=0");
      screenshot("status-phone", "500,1400", page);
    }
  }

  private static void checkContent(String shown, String uid) {
    assertTrue(shown.contains("class=\"running\">running</strong>"), shown);
    assertTrue(shown.contains("<title>" + uid + " · Volute</title>"), shown);
    assertTrue(shown.contains("<dt>Keys</dt><dd>20</dd>"), shown);
    assertTrue(shown.contains("<dt>Moves of keys</dt><dd>none</dd>"), shown);
    assertTrue(shown.contains("<dt>Hints to deliver</dt><dd>0</dd>"), shown);
    assertTrue(shown.contains("<th scope=\"row\">" + uid + "</th>"), shown);
    assertTrue(shown.contains("100.0 %"), shown);
    assertTrue(shown.contains("<th scope=\"row\">write</th>"), shown);
    assertTrue(shown.contains("Shares of the ring: " + uid + " 100.0 %"), shown);
  }

  /** What people with a keyboard or a screen reader need. */
  private static void checkAccess(String shown) {
    assertTrue(shown.contains("<html lang=\"en\">"), shown);
    assertTrue(shown.contains("<main>") && shown.contains("<h1>"), shown);
    assertTrue(shown.contains("role=\"status\""), "a change of state is to be read out");
    assertTrue(shown.contains("<label for=\"token\">"), shown);
    assertTrue(shown.contains("role=\"img\" aria-labelledby=\"ringtitle\""), shown);
    assertFalse(
        shown.matches("(?s).*<(img|script|link)[^>]+(src|href)=\"http.*"), "from elsewhere");
    assertEquals(
        shown.split("class=\"scroll\"", -1).length,
        shown.split("class=\"scroll\" tabindex=\"0\" role=\"region\"", -1).length,
        "what scrolls must be reached by keyboard");
  }
}
