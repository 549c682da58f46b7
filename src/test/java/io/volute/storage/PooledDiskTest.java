package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A log of more files than may be open. */
class PooledDiskTest {
  private static final int MOST = 3;
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 1_000, 64 << 10, 64, 5);

  private static DurableStore open(Disk disk) throws Exception {
    return DurableStore.openStepped(
        disk, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
  }

  @Test
  void shouldKeepFewSegmentsOpenAndReadAllOfThem() throws Exception {
    SimulatedDisk bare = new SimulatedDisk(1);
    PooledDisk disk = new PooledDisk(bare, MOST);
    DurableStore store = open(disk);
    List<Version> versions = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      versions.add(TestVersions.overwrite(store, "key " + i, i, 300));
      store.flush();
      store.syncNow();
      store.runCompletions();
    }
    assertTrue(bare.files().stream().filter(file -> file.endsWith(".log")).count() > 4 * MOST);
    assertReads(store, versions);
    assertTrue(disk.openCount() <= MOST + 1, "open: " + disk.openCount());
    store.close();
    DurableStore again = open(new PooledDisk(bare, MOST));
    assertReads(again, versions);
    again.close();
    bare.delete(CleanMarker.FILE);
    bare.delete(Checkpoint.FILE);
    PooledDisk third = new PooledDisk(bare, MOST);
    DurableStore rebuilt = open(third);
    assertReads(rebuilt, versions);
    assertEquals(List.of(), rebuilt.reports());
    assertTrue(third.openCount() <= MOST + 1, "open: " + third.openCount());
  }

  private static void assertReads(DurableStore store, List<Version> versions) throws Exception {
    for (Version version : versions) {
      Name name = Name.of("key " + version.dot().counter());
      assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(name, version.dot()));
    }
  }

  /** What is written must be told of a failed sync by the handle that it was written to. */
  @Test
  void shouldGoThroughTheCrashesOfOthers() throws Exception {
    for (int at = 1; at < 200; at += 7) {
      SimulatedDisk bare = new SimulatedDisk(at);
      RecordingListener heard = new RecordingListener();
      CrashWorkload workload = new CrashWorkload(3);
      bare.losePowerAfter(at);
      try {
        DurableStore store =
            DurableStore.openStepped(
                new PooledDisk(bare, 1), SETTINGS, heard, new SystemClock(), new SeededDice(1));
        workload.run(store, 50);
      } catch (StoreException e) {
        assertTrue(bare.isDark());
      }
      bare.restart();
      workload.verify(open(new PooledDisk(bare, 1)), heard.stored());
    }
  }
}
