package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Disk space comes back, and nothing that counts goes with it. */
class CompactorTest {
  private static final int SEGMENT_BYTES = 6000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private DurableStore store = open(FsyncPolicy.ALWAYS);
  private long counter;

  private DurableStore open(FsyncPolicy policy) {
    StoreSettings settings = new StoreSettings(policy, SEGMENT_BYTES, 64 << 10, 16);
    try {
      return DurableStore.openStepped(
          disk, settings, new RecordingListener(), new SystemClock(), new SeededDice(1));
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  private Version put(String name) throws Exception {
    Version version = TestVersions.overwrite(store, name, ++counter, 500);
    turn();
    return version;
  }

  /** What the kernel's thread and the sync thread do in a turn. */
  private void turn() {
    store.runCompletions();
    store.flush();
    store.syncNow();
  }

  private long logBytes() throws Exception {
    long bytes = 0;
    for (String file : disk.list(Segment.DIRECTORY)) {
      bytes += disk.content(Segment.DIRECTORY + "/" + file).length;
    }
    return bytes;
  }

  private void check(List<Version> versions) throws Exception {
    for (int i = 0; i < versions.size(); i++) {
      Name name = Name.of("cold " + i);
      Version version = versions.get(i);
      assertEquals(List.of(version), store.versions(name).asList());
      assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(name, version.dot()));
    }
  }

  @Test
  void shouldBoundTheDiskUnderEndlessOverwritesAndKeepWhatIsRarelyWritten() throws Exception {
    List<Version> cold = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      cold.add(put("cold " + i));
    }
    store.putNote("kept", new byte[] {1, 2});
    store.putNote("changed", new byte[] {3});
    for (int i = 0; i < 2000; i++) {
      put("hot " + i % 3);
    }
    store.putNote("changed", new byte[] {4});
    turn();
    assertTrue(logBytes() < 12 * SEGMENT_BYTES, logBytes() + " bytes");
    check(cold);
    store = open(FsyncPolicy.ALWAYS);
    check(cold);
    assertEquals(8, store.keyCount());
    assertArrayEquals(new byte[] {1, 2}, store.note("kept").orElseThrow());
    assertArrayEquals(new byte[] {4}, store.note("changed").orElseThrow());
  }

  @Test
  void shouldNotBringBackWhatWasRemoved() throws Exception {
    put("removed");
    put("again");
    store.putNote("note", new byte[] {1});
    for (int i = 0; i < 20; i++) {
      put("cold " + i);
    }
    store.remove(Name.of("removed"));
    store.remove(Name.of("again"));
    store.removeNote("note");
    Version again = put("again");
    for (int i = 0; i < 500; i++) {
      put("hot");
    }
    for (int round = 0; round < 2; round++) {
      assertTrue(store.versions(Name.of("removed")).isEmpty());
      assertEquals(List.of(again), store.versions(Name.of("again")).asList());
      assertTrue(store.note("note").isEmpty());
      store = open(FsyncPolicy.ALWAYS);
    }
  }

  @Test
  void shouldSyncTheCopiesBeforeItDeletesWhateverThePolicy() throws Exception {
    store = open(FsyncPolicy.NEVER);
    Version cold = put("cold 0");
    for (int i = 0; i < 200; i++) {
      put("hot");
    }
    assertFalse(disk.exists(Segment.fileName(1)), "the first segment is gone");
    disk.restart();
    store = open(FsyncPolicy.NEVER);
    check(List.of(cold));
  }

  @Test
  void shouldCountTheSameAfterACleanStop() throws Exception {
    for (int i = 0; i < 30; i++) {
      put("key " + i % 7);
    }
    store.close();
    store = open(FsyncPolicy.ALWAYS);
    assertTrue(store.evidence().cleanStop());
    for (int i = 0; i < 300; i++) {
      put("key " + i % 7);
    }
    assertTrue(logBytes() < 8 * SEGMENT_BYTES, logBytes() + " bytes");
  }
}
