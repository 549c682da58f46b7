package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Segments whose headers are both damaged. */
class SaltSearchTest {
  private static final int SECTOR_BYTES = 4096;
  private static final int LARGE_VALUE_BYTES = 60_000;

  private final Map<String, Version> held = new TreeMap<>();
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private DurableStore store;
  private long counter;

  private void open() throws Exception {
    StoreSettings settings =
        new StoreSettings(FsyncPolicy.ALWAYS, 2 << 20, 64 << 10, 16, 1_000_000);
    store =
        DurableStore.openStepped(
            disk, settings, new RecordingListener(), new ManualClock(), new SeededDice(1));
  }

  private void put(String name, int bytes) throws Exception {
    held.put(name, TestVersions.overwrite(store, name, ++counter, bytes));
    turn();
  }

  private void turn() {
    store.runCompletions();
    store.flush();
    store.syncNow();
  }

  private void damage(int from, int to) {
    byte[] content = disk.content(Segment.fileName(1));
    Arrays.fill(content, from, Math.min(to, content.length), (byte) 0);
    disk.overwrite(Segment.fileName(1), content);
  }

  private int readable() throws Exception {
    int count = 0;
    for (var entry : held.entrySet()) {
      Name name = Name.of(entry.getKey());
      Version version = entry.getValue();
      if (!store.versions(name).isEmpty()) {
        assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(name, version.dot()));
        count++;
      }
    }
    return count;
  }

  @Test
  void shouldReadAllOfASegmentThatLacksItsHeadersOnly() throws Exception {
    open();
    for (int i = 0; i < 30; i++) {
      put("key " + i, 100 + i);
    }
    store.close();
    damage(0, Segment.HEADER_BYTES);
    open();
    assertEquals(
        List.of(StoreReport.What.HEADER_REBUILT),
        store.reports().stream().map(StoreReport::what).toList());
    assertTrue(store.evidence().damaged());
    assertEquals(30, readable());
    put("another", 5);
    store.close();
    open();
    assertEquals(List.of(), store.reports(), "its header was not written");
    assertEquals(31, readable());
  }

  @Test
  void shouldReadWhatIsBehindAFirstSectorThatIsLost() throws Exception {
    open();
    for (int i = 0; i < 40; i++) {
      put("key " + i, i < 10 ? 500 : LARGE_VALUE_BYTES);
    }
    store.close();
    damage(0, SECTOR_BYTES);
    open();
    assertTrue(store.reports().stream().anyMatch(r -> r.what() == StoreReport.What.HEADER_REBUILT));
    int lost = 40 - readable();
    assertTrue(lost > 0 && lost < 10, lost + " are lost");
  }

  /** It is whole, and every record of it fits to the other ones; only its place is another. */
  @Test
  void shouldNotTakeAValueForTheLog() throws Exception {
    open();
    for (int i = 0; i < 20; i++) {
      put("a user's " + i, 1_000);
    }
    store.close();
    byte[] other = disk.content(Segment.fileName(1));
    disk.delete(Segment.fileName(1));
    List.copyOf(disk.files()).forEach(this::delete);
    held.clear();
    open();
    Name name = Name.of("log file");
    Version version =
        TestVersions.version(TestVersions.dot(1), store.versions(name).context(), other.length);
    store.put(name, version, Value.of(other), store.versions(name).with(version));
    turn();
    store.close();
    damage(0, SECTOR_BYTES / 8);
    open();
    assertEquals(0, store.keyCount());
  }

  private void delete(String file) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldSetAsideWhatCantBeRead() throws Exception {
    open();
    for (int i = 0; i < 10; i++) {
      put("key " + i, 1_000);
    }
    store.close();
    damage(0, SECTOR_BYTES);
    open();
    assertTrue(
        store.reports().stream().anyMatch(r -> r.what() == StoreReport.What.SEGMENT_UNREADABLE));
    assertTrue(disk.exists(Segment.fileName(1)), "the node has not taken its new life yet");
    assertEquals(0, readable());
    turn();
    assertFalse(disk.exists(Segment.fileName(1)));
    assertTrue(disk.exists(Segment.fileName(1) + LogRecovery.ASIDE_SUFFIX));
    put("key 3", 700);
    store.close();
    open();
    assertEquals(List.of(), store.reports());
    assertEquals(1, readable());
  }

  @Test
  void shouldReckonAChecksumBackwards() {
    byte[] bytes = "what a register held before".getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(3);
    for (int from = 0; from < bytes.length; from++) {
      random.nextBytes(bytes);
      CRC32C front = new CRC32C();
      front.update(bytes, 0, from);
      CRC32C all = new CRC32C();
      all.update(bytes);
      int behind = ~(int) all.getValue();
      assertEquals(
          ~(int) front.getValue(), Crc32cReversal.before(behind, bytes, from, bytes.length));
    }
  }
}
