package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fails to sync, and after that claims to have synced what it lost. */
class SyncRecoveryTest {
  private static final int STEPS = 50;

  @Test
  void shouldGoOnAfterAFailedSyncOnceTheLogIsInNewFiles() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    RecordingListener heard = new RecordingListener();
    DurableStore store = StoreCrashTest.open(disk, heard);
    final Version first = TestVersions.overwrite(store, "first", 1, 10);
    store.flush();
    disk.failForces(0, 1);
    store.syncNow();
    StoreException refusal =
        assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "key", 2, 10));
    assertTrue(refusal.getMessage().contains("could not sync"), refusal.getMessage());
    store.runCompletions();
    store.runCompletions();
    store.flush();
    store.syncNow();
    assertEquals(1, heard.stored(), "what waited is stored after all");
    assertEquals(List.of(), heard.failures());
    final Version second = TestVersions.overwrite(store, "second", 3, 10);
    assertEquals(
        Optional.of(TestVersions.valueOf(first)), store.value(Name.of("first"), first.dot()));
    store.flush();
    store.syncNow();
    assertEquals(2, heard.stored());
    disk.restart();
    DurableStore again = StoreCrashTest.open(disk, new RecordingListener());
    assertEquals(List.of(), again.reports());
    assertEquals(List.of(first), again.versions(Name.of("first")).asList());
    assertEquals(List.of(second), again.versions(Name.of("second")).asList());
  }

  @Test
  void shouldFailForGoodWhenWhatWasNotSyncedCantBeReadBack() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    RecordingListener heard = new RecordingListener();
    DurableStore store = StoreCrashTest.open(disk, heard);
    TestVersions.overwrite(store, "first", 1, 100);
    store.flush();
    disk.failForces(0, 1);
    store.syncNow();
    byte[] content = disk.content("log/00000001.log");
    content[content.length - 1] ^= 1;
    disk.overwrite("log/00000001.log", content);
    store.runCompletions();
    store.runCompletions();
    assertEquals(1, heard.failures().size());
    assertTrue(heard.failures().get(0).contains("can't be read back whole from byte 64"));
    assertEquals(List.of(), disk.files().stream().filter(f -> f.endsWith(".copy")).toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldKeepAllThatWasStoredWhicheverSyncFailsAndWhereverThePowerGoes(long seed)
      throws Exception {
    int refusals = 0;
    for (int fail = 0; fail < 12; fail++) {
      boolean cut = true;
      for (int at = 1 + fail * 3; cut; at += 5) {
        SimulatedDisk disk = new SimulatedDisk(seed * 1_000 + at);
        RecordingListener heard = new RecordingListener();
        CrashWorkload workload = new CrashWorkload(seed);
        disk.failForces(fail, 1);
        disk.losePowerAfter(at);
        try {
          workload.runThroughRefusals(
              StoreCrashTest.open(disk, heard, StoreCrashTest.settings(seed)), disk, STEPS);
        } catch (StoreException e) {
          assertTrue(disk.isDark());
        }
        assertEquals(List.of(), heard.failures());
        refusals += workload.refusals();
        cut = disk.isDark();
        disk.failForcesAfter(Integer.MAX_VALUE);
        disk.restart();
        StoreCrashTest.verify(
            disk, workload, heard.stored(), "seed " + seed + ", " + fail + ", power at " + at);
      }
    }
    assertTrue(refusals > 0, "no sync failed");
  }
}
