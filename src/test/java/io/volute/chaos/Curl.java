package io.volute.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** The curl that a user has, with what it understood of the answer. */
final class Curl {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Curl() {}

  /** Runs curl with these arguments, the address among them. */
  static HttpAnswer run(String... arguments) {
    try {
      Path head = Files.createTempFile("volute-head", "");
      Path body = Files.createTempFile("volute-body", "");
      try {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20"));
        command.addAll(List.of("--noproxy", "*", "-D", head.toString(), "-o", body.toString()));
        command.addAll(List.of(arguments));
        Program.Finished finished = Program.of(command).run(LIMIT);
        Assertions.assertEquals(
            0, finished.exitCode(), () -> String.join(" ", command) + "\n" + finished.err());
        return HttpAnswer.of(lastHead(head), Files.readAllBytes(body));
      } finally {
        Files.deleteIfExists(head);
        Files.deleteIfExists(body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without those of answers such as 100 Continue. */
  private static List<String> lastHead(Path file) throws IOException {
    String all = Files.readString(file, StandardCharsets.ISO_8859_1).stripTrailing();
    int last = all.lastIndexOf("\r\n\r\n");
    return all.substring(last < 0 ? 0 : last).strip().lines().toList();
  }
}
