package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Name;
import io.volute.record.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log of many segments that is read as a whole, by several threads. */
class ScanAheadTest {
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.NEVER, 20_000, 64 << 10, 64);
  private static final int KEYS = 200;

  @TempDir Path directory;

  private DurableStore open() throws Exception {
    return DurableStore.open(
        directory, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
  }

  private Map<Name, Version> fill() throws Exception {
    DurableStore store = open();
    Map<Name, Version> newest = new HashMap<>();
    for (int i = 1; i <= 3_000; i++) {
      String key = "key " + i % KEYS;
      if (i % 17 == 0) {
        store.remove(Name.of(key));
        newest.remove(Name.of(key));
      } else {
        newest.put(Name.of(key), TestVersions.overwrite(store, key, i, 200));
      }
      if (i % 50 == 0) {
        store.flush();
      }
    }
    store.close();
    Files.delete(directory.resolve(CleanMarker.FILE));
    Files.delete(directory.resolve(Checkpoint.FILE));
    return newest;
  }

  @Test
  void shouldFindTheSameInTheOrderOfTheLog() throws Exception {
    Map<Name, Version> newest = fill();
    DurableStore store = open();
    assertEquals(List.of(), store.reports());
    assertEquals(newest.size(), store.keyCount());
    for (Map.Entry<Name, Version> key : newest.entrySet()) {
      Version version = key.getValue();
      assertEquals(List.of(version), store.versions(key.getKey()).asList());
      assertEquals(
          Optional.of(TestVersions.valueOf(version)), store.value(key.getKey(), version.dot()));
    }
    store.close();
  }

  @Test
  void shouldReportWhatIsDamagedAndGoOnBehindIt() throws Exception {
    Map<Name, Version> newest = fill();
    Path segment = directory.resolve(Segment.fileName(5));
    byte[] content = Files.readAllBytes(segment);
    content[content.length / 2] ^= 1;
    Files.write(segment, content);
    Files.delete(directory.resolve(Segment.sealName(5)));
    DurableStore store = open();
    assertEquals(1, store.reports().size());
    assertTrue(store.reports().get(0).file().contains("00000005"));
    // All of it was overwritten or removed since.
    assertEquals(newest.size(), store.keyCount());
    store.close();
  }
}
