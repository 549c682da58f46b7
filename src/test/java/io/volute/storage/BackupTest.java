package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of a store that goes on. */
class BackupTest {
  private static final int BLOB_BYTES = 150_000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 8_000, 64 << 10, 64);

  @TempDir Path directory;

  private DurableStore open(String name) throws Exception {
    return DurableStore.open(
        directory.resolve(name),
        SETTINGS,
        new RecordingListener(),
        new SystemClock(),
        new SeededDice(1));
  }

  private static Version putBlob(DurableStore store, long counter) throws StoreException {
    Name name = Name.of("large");
    VersionSet before = store.versions(name);
    Version version = TestVersions.version(TestVersions.dot(counter), before.context(), BLOB_BYTES);
    Value.Blob blob =
        TestBlobs.make(store, name, new BlobId(1, counter), TestVersions.valueOf(version).bytes());
    store.put(name, version, blob, before.with(version));
    return version;
  }

  private static void turn(DurableStore store) {
    store.runCompletions();
    store.flush();
  }

  @Test
  void shouldHoldWhatWasHeldWhenItBeganWhileTheStoreGoesOn() throws Exception {
    DurableStore store = open("store");
    for (int i = 1; i <= 100; i++) {
      TestVersions.overwrite(store, "key " + i % 10, i, 500);
      turn(store);
    }
    final Version blob = putBlob(store, 500);
    store.putNote("note", new byte[] {7});
    AtomicReference<BackupResult> result = new AtomicReference<>();
    assertTrue(store.beginBackup(directory.resolve("copy"), result::set));
    assertThrows(
        StoreException.class, () -> store.beginBackup(directory.resolve("other"), done -> {}));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long counter = 600;
    // What is replaced now would be deleted, segments and the blob alike.
    putBlob(store, counter++);
    while (result.get() == null) {
      assertTrue(System.nanoTime() < deadline, "the backup does not end");
      TestVersions.overwrite(store, "key 3", counter++, 500);
      turn(store);
    }
    assertEquals("", result.get().failure());
    assertTrue(result.get().bytes() > BLOB_BYTES, result.get().toString());
    store.close();

    DurableStore copy = open("copy");
    assertEquals(List.of(), copy.reports());
    assertEquals(11, copy.keyCount());
    for (int i = 91; i <= 100; i++) {
      Name name = Name.of("key " + i % 10);
      Version version = TestVersions.version(TestVersions.dot(i), CausalContext.EMPTY, 500);
      assertEquals(version.dot(), copy.versions(name).asList().get(0).dot());
      assertEquals(Optional.of(TestVersions.valueOf(version)), copy.value(name, version.dot()));
    }
    assertEquals(VersionSet.of(blob), copy.versions(Name.of("large")));
    Value value = copy.value(Name.of("large"), blob.dot()).orElseThrow();
    assertEquals(Optional.of(TestVersions.valueOf(blob)), TestBlobs.whole(copy, value));
    assertEquals(1, copy.note("note").orElseThrow().length);
    assertFalse(copy.evidence().cleanStop());
    copy.close();
  }

  /** The copy has the same files under other names: what was not synced of them can still go. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldReportACopyOnlyOnceAllOfItIsDurable(long seed) throws Exception {
    SimulatedDisk disk = new SimulatedDisk(seed);
    DurableStore store =
        DurableStore.openStepped(
            disk, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(seed));
    CrashWorkload workload = new CrashWorkload(seed);
    workload.run(store, (int) (seed * 7));
    // Written, but not synced yet.
    TestVersions.overwrite(store, "last", 1_000_000, 500);
    store.flush();
    Path target = directory.resolve("copy");
    AtomicReference<BackupResult> result = new AtomicReference<>();
    store.beginBackup(target, result::set);
    for (int turns = 0; result.get() == null; turns++) {
      assertTrue(turns < 1_000, "the backup does not end");
      if (turns % 3 == 2) {
        store.syncNow();
      }
      turn(store);
    }
    assertEquals("", result.get().failure());
    int files = 0;
    for (String part : List.of(Segment.DIRECTORY, BlobFormat.DIRECTORY)) {
      try (Stream<Path> copied = Files.list(target.resolve(part))) {
        for (Path file : copied.toList()) {
          assertArrayEquals(disk.durableContent(file), Files.readAllBytes(file), "" + file);
          files++;
        }
      }
    }
    assertEquals(result.get().files(), files);
  }

  /** A scrub of a full disk takes hours, and a backup keeps every file from being deleted. */
  @Test
  void shouldNotWaitForAScrub() throws Exception {
    DurableStore store =
        DurableStore.open(
            directory.resolve("store"),
            StoreSettings.withFsync(FsyncPolicy.NEVER),
            new RecordingListener(),
            new SystemClock(),
            new SeededDice(1));
    for (int i = 1; i <= 96; i++) {
      TestVersions.overwrite(store, "key " + i, i, 1 << 20);
      turn(store);
    }
    assertTrue(store.beginScrub());
    AtomicReference<BackupResult> result = new AtomicReference<>();
    store.beginBackup(directory.resolve("copy"), result::set);
    while (result.get() == null) {
      assertTrue(store.scrubProgress().underWay(), "the backup has waited for the scrub");
      turn(store);
    }
    assertEquals("", result.get().failure());
    store.close();
  }

  @Test
  void shouldTakeNoRoomWhereFilesCanHaveTwoNames() throws Exception {
    DurableStore store = open("store");
    TestVersions.overwrite(store, "key", 1, 500);
    AtomicReference<BackupResult> result = new AtomicReference<>();
    store.beginBackup(directory.resolve("copy"), result::set);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (result.get() == null && System.nanoTime() < deadline) {
      turn(store);
    }
    assertEquals(
        Files.getAttribute(directory.resolve("store/log/00000001.log"), "unix:ino"),
        Files.getAttribute(directory.resolve("copy/log/00000001.log"), "unix:ino"));
    store.close();
  }
}
