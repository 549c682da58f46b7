package io.volute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  private static final Home.Identity IDENTITY = new Home.Identity(new NodeId("n1"), 42);

  @TempDir Path directory;

  @Test
  void shouldKeepWhoTheNodeIs() throws Exception {
    try (Home home = Home.open(directory.resolve("new/home"))) {
      assertEquals(Optional.empty(), home.identity());
      assertFalse(home.isProven());
      home.keep(IDENTITY);
    }
    try (Home home = Home.open(directory.resolve("new/home"))) {
      assertEquals(Optional.of(IDENTITY), home.identity());
      assertTrue(home.isInPlace());
      assertTrue(home.isProven());
    }
  }

  @Test
  void shouldRefuseASecondDaemonUntilTheFirstIsGone() throws Exception {
    Home first = Home.open(directory);
    StartException refused = assertThrows(StartException.class, () -> Home.open(directory));
    assertEquals(StartException.EXIT_UNAVAILABLE, refused.exitCode());
    assertTrue(refused.getMessage().contains("another daemon"), refused.getMessage());
    first.close();
    Home.open(directory).close();
  }

  @Test
  void shouldNotTakeACopyForTheHomeThatWasLeft() throws Exception {
    Path original = directory.resolve("original");
    Path copy = directory.resolve("copy");
    try (Home home = Home.open(original)) {
      home.keep(IDENTITY);
    }
    Files.createDirectory(copy);
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    try (Home home = Home.open(copy)) {
      assertEquals(Optional.of(IDENTITY), home.identity());
      assertFalse(home.isInPlace());
      assertFalse(home.isProven());
    }
  }

  @Test
  void shouldTakeAMovedHomeForTheSame() throws Exception {
    Path before = directory.resolve("before");
    Path after = directory.resolve("after");
    try (Home home = Home.open(before)) {
      home.keep(IDENTITY);
    }
    Files.move(before, after);
    try (Home home = Home.open(after)) {
      assertTrue(home.isInPlace());
    }
  }

  @Test
  void shouldNotBeProvenOnceItIsDisowned() throws Exception {
    try (Home home = Home.open(directory)) {
      home.keep(IDENTITY);
      home.disown();
      assertFalse(home.isProven());
      assertFalse(home.isInPlace());
      assertEquals(Optional.of(IDENTITY), home.identity());
    }
  }

  @Test
  void shouldSayWhichFileIsWrongWhenTheIdentityIsDamaged() throws Exception {
    Files.writeString(directory.resolve("identity"), "uid n1\nincarnation x\n");
    try (Home home = Home.open(directory)) {
      StartException refused = assertThrows(StartException.class, home::identity);
      assertTrue(refused.getMessage().contains("'identity'"), refused.getMessage());
      assertEquals(1, refused.getMessage().lines().count());
    }
  }
}
