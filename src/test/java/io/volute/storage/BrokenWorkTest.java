package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work on other threads that ends as nobody thought of: what waits for it is told, and goes on. */
class BrokenWorkTest {
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 4_000, 64 << 10, 16, 8);
  private static final long A_MINUTE = 60_000;

  @TempDir Path directory;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final RecordingListener heard = new RecordingListener();
  private final ManualClock clock = new ManualClock();
  private final DurableStore store = open();
  private long counter;

  private DurableStore open() {
    try {
      return DurableStore.openStepped(disk, SETTINGS, heard, clock, new SeededDice(1));
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  private void put(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      TestVersions.overwrite(store, "key " + i % 5, ++counter, 300);
      turn();
    }
  }

  private void turn() {
    clock.pass(A_MINUTE);
    store.runCompletions();
    store.flush();
    store.syncNow();
  }

  @Test
  void shouldEndABackupThatBreaks() throws Exception {
    put(5);
    List<BackupResult> results = new ArrayList<>();
    store.beginBackup(directory.resolve("broken"), results::add);
    disk.breakOnce(BlobFormat.DIRECTORY);
    for (int i = 0; i < 5; i++) {
      turn();
    }
    assertTrue(disk.hasBroken());
    assertTrue(results.get(0).failure().contains("the simulated disk broke"));
    store.beginBackup(directory.resolve("whole"), results::add);
    for (int i = 0; i < 5; i++) {
      turn();
    }
    assertEquals("", results.get(1).failure());
  }

  @Test
  void shouldWriteAnotherCheckpointAfterOneThatBreaks() throws Exception {
    disk.breakOnce(Checkpoint.FILE);
    put(30);
    assertTrue(disk.hasBroken());
    assertTrue(Checkpoint.read(disk).isPresent(), "none was written any more");
  }

  /** When one is read, and when its seal is deleted. */
  @ParameterizedTest
  @ValueSource(strings = {"log/00000001.log", "log/00000001.sealed"})
  void shouldCompactOtherSegmentsWhenThatOfOneBreaks(String breaksAt) throws Exception {
    put(14);
    disk.breakOnce(breaksAt);
    put(100);
    assertTrue(disk.hasBroken());
    assertFalse(disk.exists(Segment.fileName(3)), "compaction has stopped");
  }

  @Test
  void shouldTryTheRecoveryOfTheLogAgainWhenItBreaks() throws Exception {
    TestVersions.overwrite(store, "key", ++counter, 300);
    store.flush();
    disk.failForces(0, 1);
    store.syncNow();
    disk.breakOnce(SyncRecovery.COPY_SUFFIX);
    for (int i = 0; i < 5; i++) {
      turn();
    }
    assertTrue(disk.hasBroken());
    assertEquals(List.of(), heard.failures());
    assertEquals(1, heard.stored(), "the store takes no changes any more");
  }

  @Test
  void shouldEndAScrubThatBreaks() throws Exception {
    put(30);
    disk.breakOnce(Segment.DIRECTORY + "/");
    store.beginScrub();
    for (int i = 0; i < 5; i++) {
      turn();
    }
    assertTrue(disk.hasBroken());
    assertFalse(store.scrubProgress().underWay());
    assertEquals(1, store.scrubProgress().damagedPlaces(), "what was not read is not whole");
  }

  @Test
  void shouldAnswerWhoWritesABlobThatBreaks() throws Exception {
    BlobId id = new BlobId(1, 1);
    List<Boolean> written = new ArrayList<>();
    store.blobs().begin(id, Name.of("large"));
    disk.breakOnce(BlobFormat.unfinishedName(id));
    store.blobs().append(id, new byte[100_000], written::add);
    turn();
    assertTrue(disk.hasBroken());
    assertEquals(List.of(false), written);
    assertFalse(disk.exists(BlobFormat.unfinishedName(id)), "it is left over");
    assertThrows(StoreException.class, () -> TestBlobs.make(store, Name.of("l"), id, new byte[0]));
  }

  /** An error, too: a sync thread that is gone in silence would leave every writer waiting. */
  @Test
  void shouldTellOfAnErrorOnTheSyncThread() {
    GroupCommit commit =
        new GroupCommit(
            disk,
            () -> {
              throw new AssertionError("the engine broke");
            });
    SyncAgent agent = new SyncAgent(commit, FsyncPolicy.ALWAYS, new StoreReporter(heard));
    commit.written(1);
    agent.doWork();
    assertEquals(List.of("syncing the log failed: the engine broke"), heard.failures());
  }
}
