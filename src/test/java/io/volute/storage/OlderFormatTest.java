package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Directories that earlier versions of the program left, kept in {@code src/test/resources/stores}.
 * When a format changes, one that the version before has written is added there.
 */
class OlderFormatTest {
  private static final Path LEFT =
      Path.of("src/test/resources/stores/before-checkpoints/volute-data");

  @TempDir Path directory;

  @BeforeEach
  void copyWhatWasLeft() throws IOException {
    Path tree = Path.of(System.getProperty("volute.home.tree", ".")).resolve(LEFT);
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        Path target = directory.resolve(tree.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private DurableStore open() throws Exception {
    return DurableStore.open(
        directory,
        StoreSettings.withFsync(FsyncPolicy.NEVER),
        new RecordingListener(),
        new SystemClock(),
        new SeededDice(1));
  }

  /** Runs without index entries, an index that no checkpoint vouches for, sums in a file. */
  @Test
  void shouldOpenAStoreFromBeforeThereWereCheckpoints() throws Exception {
    for (int round = 0; round < 2; round++) {
      DurableStore store = open();
      assertEquals(List.of(), store.reports());
      assertEquals(14, store.keyCount());
      for (int i = 20; i <= 30; i++) {
        if (i % 12 != 0) {
          assertHolds(store, "key " + i % 12, i);
        }
      }
      assertHolds(store, "siblings", 31, 32);
      assertHolds(store, "deleted", 33);
      assertHolds(store, "large", 34);
      assertTrue(store.versions(Name.of("key 0")).isEmpty());
      assertArrayEquals(new byte[] {1, 2, 3}, store.note("note").orElseThrow());
      assertEquals(14, store.list(new byte[0], Optional.empty(), 100).size());
      store.close();
    }
  }

  private static void assertHolds(DurableStore store, String key, long... counters)
      throws Exception {
    Name name = Name.of(key);
    List<Version> versions = store.versions(name).asList();
    assertEquals(counters.length, versions.size(), key);
    for (int i = 0; i < counters.length; i++) {
      Version version = versions.get(i);
      assertEquals(counters[i], version.dot().counter(), key);
      Value value = store.value(name, version.dot()).orElseThrow();
      if (!version.isTombstone()) {
        assertEquals(Optional.of(TestVersions.valueOf(version)), TestBlobs.whole(store, value));
      }
    }
  }
}
