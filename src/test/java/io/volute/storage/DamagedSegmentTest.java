package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Segments with damaged records: they go once nothing is lost by it, and not before. */
class DamagedSegmentTest {
  private static final int SEGMENT_BYTES = 4_000;
  private static final int VALUE_BYTES = 500;
  private static final long A_MINUTE = 60_000;
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, SEGMENT_BYTES, 64 << 10, 16, 8);

  private final ManualClock clock = new ManualClock();
  private final TreeMap<String, Version> held = new TreeMap<>();
  private SimulatedDisk disk = new SimulatedDisk(1);
  private RecordingListener heard = new RecordingListener();
  private DurableStore store = open();
  private long counter;

  private DurableStore open() {
    try {
      heard = new RecordingListener();
      return DurableStore.openStepped(disk, SETTINGS, heard, clock, new SeededDice(1));
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  private void put(String name) throws Exception {
    held.put(name, TestVersions.overwrite(store, name, ++counter, VALUE_BYTES));
    turn();
  }

  private void turn() {
    clock.pass(A_MINUTE);
    store.runCompletions();
    store.flush();
    store.syncNow();
  }

  private void turns() {
    for (int i = 0; i < 60; i++) {
      turn();
    }
  }

  /** Three segments of keys that all count, with a note in the first. */
  private void fill() throws Exception {
    store.putNote("note", new byte[] {5});
    for (int i = 0; i < 24; i++) {
      put("key " + i);
    }
    turns();
  }

  /** Flips a bit of the value, or of the head, of a record. */
  private void damage(String name, boolean head) {
    byte[] value = TestVersions.valueOf(held.get(name)).bytes();
    for (String file : disk.list(Segment.DIRECTORY)) {
      byte[] content = disk.content(Segment.DIRECTORY + "/" + file);
      for (int at = 0; at + value.length <= content.length; at++) {
        if (java.util.Arrays.equals(content, at, at + value.length, value, 0, value.length)) {
          content[head ? at - 30 : at + 100] ^= 4;
          disk.overwrite(Segment.DIRECTORY + "/" + file, content);
          return;
        }
      }
    }
    throw new AssertionError("no record of " + name);
  }

  private void scrub() throws Exception {
    store.beginScrub();
    turns();
    assertFalse(store.scrubProgress().underWay());
  }

  /** As who repairs it does with a copy of somebody else. */
  private long repair(String name) throws StoreException {
    Version version = held.get(name);
    return store.put(Name.of(name), version, TestVersions.valueOf(version), VersionSet.of(version));
  }

  private void verify() throws Exception {
    for (String name : held.keySet()) {
      verify(name);
    }
    assertArrayEquals(new byte[] {5}, store.note("note").orElseThrow());
  }

  private void verify(String name) throws StoreException {
    Version version = held.get(name);
    assertEquals(VersionSet.of(version), store.versions(Name.of(name)));
    assertEquals(
        Optional.of(TestVersions.valueOf(version)), store.value(Name.of(name), version.dot()));
  }

  @Test
  void shouldGoOnceWhatIsDamagedWasPutAnew() throws Exception {
    fill();
    damage("key 1", false);
    damage("key 3", true);
    scrub();
    assertEquals(List.of("key 1 2", "key 3 4"), heard.damaged());
    assertTrue(disk.exists(Segment.fileName(1)), "what is broken still counts");
    repair("key 1");
    turns();
    assertTrue(disk.exists(Segment.fileName(1)), "what is broken still counts");
    assertThrows(
        StoreException.class, () -> store.value(Name.of("key 3"), held.get("key 3").dot()));
    repair("key 3");
    turns();
    assertFalse(disk.exists(Segment.fileName(1)));
    verify();
    scrub();
    assertEquals(0, store.scrubProgress().damagedPlaces());
    store = open();
    verify();
    disk.delete(Checkpoint.FILE);
    store = open();
    assertEquals(List.of(), store.reports());
    verify();
  }

  @Test
  void shouldGoOnceWhatIsDamagedWasOverwritten() throws Exception {
    fill();
    damage("key 1", false);
    damage("key 2", true);
    store = open();
    put("key 1");
    put("key 2");
    scrub();
    assertFalse(disk.exists(Segment.fileName(1)));
    verify();
  }

  /** The record that says so is damaged: once it is gone nothing must be left that it removed. */
  @Test
  void shouldNotBringBackWhatADamagedRecordRemoved() throws Exception {
    fill();
    store.remove(Name.of("key 2"));
    turn();
    put("mark");
    byte[] mark = TestVersions.valueOf(held.get("mark")).bytes();
    damageBefore(mark);
    for (int i = 0; i < 20; i++) {
      put("later " + i);
    }
    held.remove("key 2");
    scrub();
    turns();
    assertEquals(0, store.scrubProgress().damagedVersions());
    scrub();
    assertEquals(0, store.scrubProgress().damagedPlaces(), () -> "" + disk.files());
    disk.delete(Checkpoint.FILE);
    store = open();
    assertTrue(store.versions(Name.of("key 2")).isEmpty());
    verify();
  }

  /** The last byte of the name in the record before that of the value. */
  private void damageBefore(byte[] value) {
    for (String file : disk.list(Segment.DIRECTORY)) {
      byte[] content = disk.content(Segment.DIRECTORY + "/" + file);
      byte[] removed = TestVersions.utf8("key 2");
      for (int at = 0; at + value.length <= content.length; at++) {
        if (java.util.Arrays.equals(content, at, at + value.length, value, 0, value.length)) {
          int name = at;
          while (!java.util.Arrays.equals(content, name, name + 5, removed, 0, 5)) {
            name--;
          }
          content[name] ^= 1;
          disk.overwrite(Segment.DIRECTORY + "/" + file, content);
          return;
        }
      }
    }
    throw new AssertionError("no such record");
  }

  @Test
  void shouldLoseNothingWhereverThePowerGoesWhileItGoes() throws Exception {
    boolean cut = true;
    for (int at = 1; cut; at++) {
      held.clear();
      counter = 0;
      disk = new SimulatedDisk(at);
      store = open();
      fill();
      damage("key 1", false);
      damage("key 3", true);
      scrub();
      disk.losePowerAfter(at);
      long[] repaired = {Long.MAX_VALUE, Long.MAX_VALUE};
      try {
        repaired[0] = repair("key 1");
        repaired[1] = repair("key 3");
      } catch (StoreException e) {
        assertTrue(disk.isDark());
      }
      turns();
      cut = disk.isDark();
      long stored = heard.stored();
      disk.restart();
      store = open();
      for (String name : held.keySet()) {
        boolean mayLack =
            name.equals("key 1") && stored < repaired[0]
                || name.equals("key 3") && stored < repaired[1];
        if (!mayLack) {
          verify(name);
        }
      }
      assertArrayEquals(new byte[] {5}, store.note("note").orElseThrow());
    }
  }
}
