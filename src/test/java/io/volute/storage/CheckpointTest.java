package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts that go on from a checkpoint. {@link StoreCrashTest} cuts the power while one is written.
 */
class CheckpointTest {
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 6_000, 64 << 10, 16, 3);

  private static DurableStore open(SimulatedDisk disk) throws StoreException {
    return DurableStore.openStepped(
        disk, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
  }

  @Test
  void shouldReadOnlyWhatLiesBehindTheLastCheckpoint() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    DurableStore store = open(disk);
    for (int i = 1; i <= 40; i++) {
      TestVersions.overwrite(store, "key " + i % 15, i, 100);
      store.flush();
      store.syncNow();
      store.runCompletions();
    }
    store.remove(Name.of("key 3"));
    store.flush();
    // What it need not read may be damaged: a value is checked when it is read.
    byte[] content = disk.content("log/00000001.log");
    content[Segment.HEADER_BYTES + 10] ^= 1;
    disk.overwrite("log/00000001.log", content);
    DurableStore again = open(disk);
    assertEquals(List.of(), again.reports());
    assertEquals(14, again.keyCount());
    assertEquals(14, again.list(new byte[0], Optional.empty(), 100).size());
    assertTrue(again.versions(Name.of("key 3")).isEmpty());
    assertTrue(again.hasCompletions(), "the index is filled meanwhile");
    while (again.hasCompletions()) {
      again.runCompletions();
    }
    assertEquals(1, again.versions(Name.of("key 4")).size());
  }

  /** It waits for a sync that no change asks for any more. */
  @Test
  void shouldBeWrittenWithoutAnotherChangeWhateverThePolicy(@TempDir Path directory)
      throws Exception {
    DurableStore store =
        DurableStore.open(
            directory,
            new StoreSettings(FsyncPolicy.NEVER, 1 << 20, 64 << 10, 16, 3),
            new RecordingListener(),
            new SystemClock(),
            new SeededDice(1));
    for (int i = 1; i <= 5; i++) {
      TestVersions.overwrite(store, "key " + i, i, 10);
    }
    store.flush();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!Files.exists(directory.resolve(Checkpoint.FILE))) {
      assertTrue(System.nanoTime() < deadline, "no checkpoint is written");
      store.runCompletions();
      store.flush();
    }
    store.close();
  }

  /** A damaged run must not stop one start after the other. */
  @Test
  void shouldReadTheWholeLogWhenTheFilesOfTheCheckpointAreDamaged() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    DurableStore store = open(disk);
    for (int i = 1; i <= 9; i++) {
      TestVersions.overwrite(store, "key " + i, i, 10);
    }
    store.close();
    DurableStore second = open(disk);
    for (String file : disk.list(NameRun.DIRECTORY)) {
      byte[] content = disk.content(NameRun.DIRECTORY + "/" + file);
      content[20] ^= 1;
      disk.overwrite(NameRun.DIRECTORY + "/" + file, content);
    }
    assertThrows(DamagedIndexException.class, () -> second.versions(Name.of("key 5")));
    DurableStore third = open(disk);
    assertEquals(9, third.list(new byte[0], Optional.empty(), 100).size());
  }
}
