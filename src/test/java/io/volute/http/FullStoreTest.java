package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 507 of a real node whose store takes no more. */
@Timeout(60)
class FullStoreTest {
  private static final int MORE_THAN_FIT = 200;

  @TempDir private Path directory;

  /** Small values come in one piece, large ones in chunks. */
  @ParameterizedTest
  @CsvSource({"TCP, 100000", "UNIX, 100000", "TCP, 500000", "UNIX, 500000"})
  void shouldRefuseWritesAndGoOnReadingWhenTheStoreIsFull(Door door, int bytes) throws Exception {
    String value = "x".repeat(bytes);
    try (DaemonFixture node =
        new DaemonFixture(directory, "--store", "ram", "--max-memory", "16m")) {
      int stored = 0;
      RawClient.Response answer = node.send(door, "PUT", "/keys/0", value);
      while (answer.status() == 200 && stored < MORE_THAN_FIT) {
        stored++;
        answer = node.send(door, "PUT", "/keys/" + stored, value);
      }
      assertEquals(507, answer.status(), answer::text);
      assertEquals("not-applied", answer.header("Volute-Outcome"));
      assertEquals(1, answer.text().lines().count(), answer::text);
      assertTrue(answer.text().contains("--max-memory"), answer::text);
      assertTrue(stored > 10, "only " + stored + " values fit");
      assertEquals(404, node.ask(door, "GET", "/keys/" + stored).status());
      assertEquals(value, node.ask(door, "GET", "/keys/" + (stored - 1)).text());
      assertEquals(200, node.ask(door, "GET", "/status").status());
      for (int i = 0; i < 3; i++) {
        assertEquals(200, node.ask(door, "DELETE", "/keys/" + i).status());
      }
      assertEquals(200, node.send(door, "PUT", "/keys/again", value).status());
    }
  }
}
