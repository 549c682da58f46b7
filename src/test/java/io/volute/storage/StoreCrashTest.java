package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log on a disk that loses its power, or refuses, at any moment. */
class StoreCrashTest {
  private static final int STEPS = 50;
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 6_000, 64 << 10, 16);
  private static final StoreSettings CHECKPOINTS =
      new StoreSettings(FsyncPolicy.ALWAYS, 6_000, 64 << 10, 16, 3);

  static DurableStore open(SimulatedDisk disk, StoreListener listener) throws StoreException {
    return open(disk, listener, SETTINGS);
  }

  static DurableStore open(SimulatedDisk disk, StoreListener listener, StoreSettings settings)
      throws StoreException {
    return DurableStore.openStepped(
        disk, settings, listener, new SystemClock(), new SeededDice(disk.hashCode()));
  }

  /** With a checkpoint every few changes; others have one at each new segment. */
  static StoreSettings settings(long seed) {
    return seed % 2 == 0 ? SETTINGS : CHECKPOINTS;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldKeepAllThatWasStoredWhereverThePowerGoes(long seed) throws Exception {
    boolean cut = true;
    for (int at = 1; cut; at++) {
      SimulatedDisk disk = new SimulatedDisk(seed * 1_000 + at);
      RecordingListener heard = new RecordingListener();
      CrashWorkload workload = new CrashWorkload(seed);
      disk.losePowerAfter(at);
      try {
        workload.run(open(disk, heard, settings(seed)), STEPS);
      } catch (StoreException e) {
        assertTrue(disk.isDark());
      }
      cut = disk.isDark();
      disk.restart();
      verify(disk, workload, heard.stored(), "seed " + seed + ", power lost at " + at);
    }
  }

  /**
   * Found by the simulator: a log that was gone on with after a crash reported changes as stored
   * without syncing them, until its next segment.
   */
  @Test
  void shouldSyncWhatIsWrittenAfterTheLogIsGoneOnWith() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    DurableStore first = open(disk, new RecordingListener());
    first.putNote("before", new byte[] {1});
    first.flush();
    first.syncNow();

    RecordingListener heard = new RecordingListener();
    DurableStore second = open(disk, heard);
    int forces = disk.forces();
    long sequence = second.putNote("after", new byte[] {2});
    second.flush();
    second.syncNow();

    assertEquals(sequence, heard.stored());
    assertTrue(disk.forces() > forces, "reported as stored without a sync");
  }

  /** Opens three times: without power in the midst of it, after that, and after a clean stop. */
  static void verify(SimulatedDisk disk, CrashWorkload workload, long stored, String situation)
      throws Exception {
    try {
      disk.losePowerAfter(new Random(situation.hashCode()).nextInt(8));
      try {
        open(disk, new RecordingListener());
      } catch (StoreException e) {
        assertTrue(disk.isDark());
      }
      disk.restart();
      DurableStore store = open(disk, new RecordingListener());
      workload.verify(store, stored);
      store.close();
      DurableStore again = open(disk, new RecordingListener());
      workload.verify(again, stored);
      assertTrue(
          again.evidence().cleanStop() || again.evidence().damaged(),
          () -> store.reports() + " then " + again.reports() + disk.files());
    } catch (AssertionError | StoreException e) {
      throw new AssertionError(situation, e);
    }
  }

  @Test
  void shouldKeepAllThatWasWrittenWhenTheProcessIsKilled() throws Exception {
    for (int at = 1; at < 150; at++) {
      SimulatedDisk disk = new SimulatedDisk(at);
      CrashWorkload workload = new CrashWorkload(at);
      DurableStore store = open(disk, new RecordingListener(), settings(at));
      workload.run(store, at);
      DurableStore again = open(disk, new RecordingListener());
      workload.verify(again, workload.lastSequence());
      assertEquals(new StoreEvidence(true, false, false, false), again.evidence());
      assertEquals(List.of(), again.reports());
    }
  }

  @Test
  void shouldCutATornTailAndSayWhere() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    DurableStore store = open(disk, new RecordingListener());
    final Version kept = TestVersions.overwrite(store, "kept", 1, 100);
    store.flush();
    int end = disk.content("log/00000001.log").length;
    TestVersions.overwrite(store, "torn", 2, 1000);
    store.flush();
    byte[] content = disk.content("log/00000001.log");
    disk.overwrite("log/00000001.log", Arrays.copyOf(content, content.length - 1));
    DurableStore again = open(disk, new RecordingListener());
    assertEquals(
        List.of(
            new StoreReport(
                StoreReport.What.TORN_TAIL_CUT, "log/00000001.log", end, content.length - 1 - end)),
        again.reports());
    assertEquals(end, disk.content("log/00000001.log").length);
    assertEquals(new StoreEvidence(true, false, false, false), again.evidence());
    assertTrue(again.versions(Name.of("torn")).isEmpty());
    assertEquals(Optional.of(TestVersions.valueOf(kept)), again.value(Name.of("kept"), kept.dot()));
  }

  @Test
  void shouldPassOverDamageAndKeepWhatLiesBehind() throws Exception {
    for (int offset : new int[] {4, 30, 200}) {
      SimulatedDisk disk = new SimulatedDisk(1);
      DurableStore store = open(disk, new RecordingListener());
      TestVersions.overwrite(store, "first", 1, 100);
      store.flush();
      int damageAt = disk.content("log/00000001.log").length;
      TestVersions.overwrite(store, "second", 2, 1000);
      TestVersions.overwrite(store, "third", 3, 100);
      store.flush();
      byte[] content = disk.content("log/00000001.log");
      content[damageAt + offset] ^= 1;
      disk.overwrite("log/00000001.log", content);
      DurableStore again = open(disk, new RecordingListener());
      StoreReport report = again.reports().get(0);
      assertEquals(StoreReport.What.RECORDS_SKIPPED, report.what());
      assertEquals(damageAt, report.offset());
      assertTrue(again.evidence().damaged());
      assertTrue(again.versions(Name.of("second")).isEmpty());
      assertEquals(1, again.versions(Name.of("first")).size());
      assertEquals(1, again.versions(Name.of("third")).size());
      // What comes next goes into a new file: the damaged one is left as it is.
      TestVersions.overwrite(again, "fourth", 4, 100);
      again.flush();
      assertEquals(content.length, disk.content("log/00000001.log").length);
      assertTrue(disk.exists("log/00000002.log"));
    }
  }

  @Test
  void shouldRefuseTheFormatOfANewerProgram() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    DurableStore store = open(disk, new RecordingListener());
    TestVersions.overwrite(store, "key", 1, 10);
    store.close();
    byte[] content = disk.content("log/00000001.log");
    for (int copy = 0; copy < 64; copy += 32) {
      ByteBuffer header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(copy + 8, 2);
      CRC32C crc = new CRC32C();
      crc.update(content, copy, 28);
      header.putInt(copy + 28, (int) crc.getValue());
    }
    disk.overwrite("log/00000001.log", content);
    StoreException refusal =
        assertThrows(StoreException.class, () -> open(disk, new RecordingListener()));
    assertEquals(
        "log/00000001.log has format version 2: this program reads version 1",
        refusal.getMessage());
    assertTrue(disk.exists("CLEAN"), "nothing was changed");
  }

  @Test
  void shouldRefuseChangesAndServeReadsAfterAFailedSync() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    RecordingListener heard = new RecordingListener();
    DurableStore store = open(disk, heard);
    Version version = TestVersions.overwrite(store, "key", 1, 10);
    store.flush();
    disk.failForcesAfter(0);
    store.syncNow();
    store.syncNow();
    assertEquals(1, disk.forces(), "a failed sync is not repeated");
    store.runCompletions();
    store.runCompletions();
    assertEquals(0, heard.stored());
    assertEquals(
        List.of("syncing the log failed: the simulated disk could not sync"), heard.pauses());
    assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "key", 2, 10));
    assertEquals(
        Optional.of(TestVersions.valueOf(version)), store.value(Name.of("key"), version.dot()));
    store.close();
    assertFalse(disk.exists("CLEAN"));
  }

  @Test
  void shouldServeWhatCouldNotBeWritten() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    RecordingListener heard = new RecordingListener();
    DurableStore store = open(disk, heard);
    disk.failWritesAfter(0);
    Version version = TestVersions.overwrite(store, "key", 1, 10);
    store.flush();
    store.flush();
    assertEquals(
        List.of("writing the log failed: no space left on the simulated disk"), heard.pauses());
    assertEquals(
        Optional.of(TestVersions.valueOf(version)), store.value(Name.of("key"), version.dot()));
    assertThrows(StoreException.class, () -> store.putNote("note", new byte[0]));
  }

  @Test
  void shouldGoOnOnceTheDiskTakesWritesAgain() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    RecordingListener heard = new RecordingListener();
    DurableStore store = open(disk, heard);
    TestVersions.overwrite(store, "before", 1, 10);
    store.flush();
    store.syncNow();
    disk.failWritesAfter(0);
    final Version waiting = TestVersions.overwrite(store, "key", 2, 10);
    store.flush();
    store.syncNow();
    assertEquals(1, heard.stored());
    StoreException refusal =
        assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "key", 3, 10));
    assertTrue(refusal.getMessage().contains("no space left"), refusal.getMessage());

    disk.failWritesAfter(Integer.MAX_VALUE);
    store.flush();
    final Version after = TestVersions.overwrite(store, "after", 4, 10);
    store.flush();
    store.syncNow();
    disk.restart();
    DurableStore again = open(disk, new RecordingListener());
    assertEquals(List.of(), again.reports());
    assertEquals(List.of(waiting), again.versions(Name.of("key")).asList());
    assertEquals(List.of(after), again.versions(Name.of("after")).asList());
  }

  @Test
  void shouldLeaveNoPartOfARecordThatCouldNotBeWrittenWhole() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    DurableStore store = open(disk, new RecordingListener());
    final Version first = TestVersions.overwrite(store, "first", 1, 10);
    disk.failWritesAfter(2);
    assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "large", 2, 400_000));
    assertTrue(store.versions(Name.of("large")).isEmpty());
    disk.failWritesAfter(Integer.MAX_VALUE);
    store.flush();
    final Version second = TestVersions.overwrite(store, "second", 3, 10);
    store.flush();
    store.syncNow();
    disk.restart();
    DurableStore again = open(disk, new RecordingListener());
    assertTrue(again.versions(Name.of("large")).isEmpty());
    assertEquals(List.of(first), again.versions(Name.of("first")).asList());
    assertEquals(List.of(second), again.versions(Name.of("second")).asList());
  }

  @Test
  void shouldRefuseBeforeTheDiskIsFullAndGoOnWhenThereIsRoom() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    RecordingListener heard = new RecordingListener();
    DurableStore store = open(disk, heard);
    final Version before = TestVersions.overwrite(store, "key", 1, 10);
    disk.setUsableBytes(DiskRoom.RESERVE_BYTES - 1);
    StoreException refusal = null;
    for (int i = 0; i < 1000 && refusal == null; i++) {
      Thread.sleep(10);
      try {
        store.putNote("note", new byte[0]);
      } catch (StoreException e) {
        refusal = e;
      }
    }
    assertTrue(refusal != null && refusal.getMessage().startsWith("the disk is full"));
    assertThrows(StoreException.class, () -> store.blobs().begin(new BlobId(1, 1), Name.of("key")));
    assertEquals(List.of(before), store.versions(Name.of("key")).asList());
    disk.setUsableBytes(Long.MAX_VALUE);
    boolean taken = false;
    for (int i = 0; i < 1000 && !taken; i++) {
      Thread.sleep(10);
      try {
        TestVersions.overwrite(store, "key", 2, 10);
        taken = true;
      } catch (StoreException e) {
        assertTrue(e.getMessage().startsWith("the disk is full"));
      }
    }
    assertTrue(taken);
    assertEquals(List.of(), heard.failures());
  }

  @Test
  void shouldWriteOnceAFlushAndSyncOnceForManyFlushes() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    RecordingListener heard = new RecordingListener();
    StoreSettings settings = StoreSettings.withFsync(FsyncPolicy.ALWAYS);
    DurableStore store =
        DurableStore.openStepped(disk, settings, heard, new SystemClock(), new SeededDice(1));
    for (int flush = 0; flush < 10; flush++) {
      for (int i = 0; i < 100; i++) {
        TestVersions.overwrite(store, "key " + i, 1 + flush * 100 + i, 50);
      }
      store.flush();
    }
    store.syncNow();
    assertEquals(1000, heard.stored());
    assertEquals(10, disk.writes());
    assertEquals(1, disk.forces());
  }

  @Test
  void shouldNotTakeARecordForOneThatLiesInAValue() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    DurableStore store = open(disk, new RecordingListener());
    TestVersions.overwrite(store, "inner", 1, 50);
    store.flush();
    final byte[] logFile = disk.content("log/00000001.log");
    Name outer = Name.of("outer");
    Version version =
        TestVersions.version(TestVersions.dot(2), CausalContext.EMPTY, logFile.length);
    store.put(outer, version, Value.of(logFile), VersionSet.of(version));
    store.remove(Name.of("inner"));
    store.flush();
    byte[] content = disk.content("log/00000001.log");
    content[logFile.length] ^= 1; // The head of the outer record.
    disk.overwrite("log/00000001.log", content);
    DurableStore again = open(disk, new RecordingListener());
    assertTrue(again.evidence().damaged());
    assertEquals(0, again.keyCount());
  }
}
