package io.volute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir Path directory;

  @Test
  void shouldRefuseASecondDaemonUntilTheFirstIsGone() throws Exception {
    Path path = directory.resolve("new/home");
    Home first = Home.open(path);
    StartException refused = assertThrows(StartException.class, () -> Home.open(path));
    assertEquals(StartException.EXIT_UNAVAILABLE, refused.exitCode());
    assertTrue(refused.getMessage().contains("another daemon"), refused.getMessage());
    first.close();
    Home.open(path).close();
  }

  @Test
  void shouldNameTheHomeThatCannotBeMade() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    StartException refused = assertThrows(StartException.class, () -> Home.open(file));
    assertTrue(refused.getMessage().startsWith("--home " + file), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count());
  }

  @Test
  void shouldGiveAnotherFileToTheNextStoreOnceItIsDisowned() throws Exception {
    try (Home home = Home.open(directory)) {
      Path lock = Files.createFile(home.storeDirectory().resolve("LOCK"));
      Object before = Files.getAttribute(lock, "fileKey");
      home.disown();
      assertFalse(Files.exists(lock));
      Files.createFile(lock);
      assertNotEquals(before, Files.getAttribute(lock, "fileKey"));
    }
  }
}
