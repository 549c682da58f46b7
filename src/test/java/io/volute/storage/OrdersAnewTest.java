package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of sorted names that is found damaged is made anew while the store goes on. */
class OrdersAnewTest {
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 30_000, 64 << 10, 16, 100);
  private static final int KEYS = 700;
  private static final int MOST_TURNS = 5_000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final TreeMap<Name, VersionSet> model = new TreeMap<>();
  private final RecordingListener heard = new RecordingListener();
  private final ManualClock clock = new ManualClock();
  private DurableStore store;
  private int counter;

  @BeforeEach
  void fillAStore() throws Exception {
    store = open();
    for (int i = 0; i < KEYS; i++) {
      put("key " + i);
    }
    remove("key 17");
    for (int i = 0; i < 20; i++) {
      turn();
    }
  }

  private DurableStore open() throws StoreException {
    return DurableStore.openStepped(disk, SETTINGS, heard, clock, new SeededDice(1));
  }

  private void put(String key) throws Exception {
    model.put(Name.of(key), VersionSet.of(TestVersions.overwrite(store, key, ++counter, 300)));
    if (counter % 10 == 0) {
      turn();
    }
  }

  private void remove(String key) throws Exception {
    store.remove(Name.of(key));
    model.remove(Name.of(key));
  }

  private void turn() {
    store.flush();
    store.syncNow();
    store.runCompletions();
  }

  private void awaitCheckpoint() throws Exception {
    for (int i = 0; i < MOST_TURNS && Checkpoint.read(disk).isEmpty(); i++) {
      turn();
    }
  }

  private ScrubProgress scrub() throws StoreException {
    store.beginScrub();
    for (int i = 0; i < MOST_TURNS && store.scrubProgress().underWay(); i++) {
      turn();
    }
    assertFalse(store.scrubProgress().underWay());
    return store.scrubProgress();
  }

  private String largest(String directory) {
    return disk.files().stream()
        .filter(name -> name.startsWith(directory + "/"))
        .max((one, other) -> disk.content(one).length - disk.content(other).length)
        .orElseThrow();
  }

  /** The largest one, in its midst. */
  private void damage(String directory) throws Exception {
    String file = largest(directory);
    byte[] content = disk.content(file);
    content[content.length / 3] ^= 16;
    disk.overwrite(file, content);
  }

  private void checkHeld() throws StoreException {
    List<Name> listed =
        store.list(new byte[0], Optional.empty(), Integer.MAX_VALUE).stream()
            .map(named -> named.name())
            .toList();
    assertEquals(List.copyOf(model.keySet()), listed);
    TreeCheck.check(store.tree(), model, 7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"names", "tree"})
  void shouldMakeADamagedOrderAnewWhileChangesGoOn(String directory) throws Exception {
    damage(directory);
    assertEquals(1, scrub().damagedPlaces());
    // Some before the log is read to its end, some behind.
    for (int i = 0; i < 400; i++) {
      put("key " + i * 3);
      if (i % 5 == 0) {
        remove("key " + i);
      }
      if (i % 9 == 0) {
        turn();
      }
    }
    awaitCheckpoint();
    checkHeld();
    assertEquals(List.of(), scrub().places());
    checkHeld();
    store = open();
    assertTrue(
        store.evidence().existed() && !store.evidence().damaged(), "nothing was damaged for it");
    checkHeld();
  }

  @Test
  void shouldFindDamageInAFileThatIsMergedButNotYetTakenOver() throws Exception {
    String largest = largest("names");
    for (int i = 0; largest.equals(largest("names")); i++) {
      assertTrue(i < MOST_TURNS, "no files were merged");
      put("another key " + i);
    }
    damage("names");
    assertEquals(1, scrub().damagedPlaces());
    awaitCheckpoint();
    checkHeld();
    assertEquals(List.of(), scrub().places());
  }

  @Test
  void shouldMakeBothAnew() throws Exception {
    damage("names");
    damage("tree");
    assertEquals(2, scrub().damagedPlaces());
    awaitCheckpoint();
    checkHeld();
    assertEquals(List.of(), scrub().places());
    store.close();
    store = open();
    checkHeld();
  }

  /** Power is cut at any turn of it: the next start reads the log, and has all. */
  @Test
  void shouldHoldAllWhereverItIsCutShort() throws Exception {
    damage("names");
    scrub();
    for (int turns = 0; turns < 40; turns++) {
      SimulatedDisk left = disk.copy(turns);
      DurableStore again =
          DurableStore.openStepped(
              left, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
      assertEquals(
          List.copyOf(model.keySet()),
          again.list(new byte[0], Optional.empty(), KEYS * 2).stream()
              .map(named -> named.name())
              .toList());
      turn();
    }
  }

  /** Who lists or sweeps before a scrub looks is told, and the store goes on. */
  @ParameterizedTest
  @ValueSource(strings = {"names", "tree"})
  void shouldRefuseAReadThatMeetsDamageUntilTheOrderIsAnew(String directory) throws Exception {
    damage(directory);
    for (int reads = 0; reads < 3; reads++) {
      StoreException refused = assertThrows(StoreException.class, this::checkHeld);
      assertTrue(
          refused.getMessage().contains(directory + "/")
              && refused.getMessage().contains("made anew"),
          refused.getMessage());
    }
    assertEquals(1, store.versions(Name.of("key 5")).size());
    for (int i = 0; i < 50; i++) {
      put("key " + i * 3);
    }
    awaitCheckpoint();
    checkHeld();
    assertEquals(List.of(), scrub().places());
    store.close();
    store = open();
    checkHeld();
    assertEquals(List.of(), heard.failures());
  }

  /** What lies beside the damage can be listed as before. */
  @Test
  void shouldListWhatIsWholeOfADamagedOrder() throws Exception {
    damage("names");
    assertThrows(StoreException.class, this::checkHeld);
    byte[] prefix = TestVersions.utf8("key 10");
    assertEquals(
        model.keySet().stream().filter(name -> name.startsWith(prefix)).toList(),
        store.list(prefix, Optional.empty(), KEYS).stream().map(named -> named.name()).toList());
  }

  /** A merge reads the files as well. */
  @Test
  void shouldMakeAnOrderAnewThatAMergeFoundDamaged() throws Exception {
    String damaged = largest("names");
    damage("names");
    for (int i = 0; disk.exists(damaged); i++) {
      assertTrue(i < MOST_TURNS, "the damaged file stays");
      put("another key " + i);
    }
    for (int i = 0; i < 100; i++) {
      turn();
    }
    checkHeld();
    assertEquals(List.of(), scrub().places());
    assertEquals(List.of(), heard.failures());
  }

  @Test
  void shouldGoOnWhenNamesAreDamagedDuringAWalkThroughThem() throws Exception {
    String log = secondSegment();
    flipInTheMidst(log);
    store.beginScrub();
    while (store.scrubProgress().keysChecked() == 0) {
      turn();
    }
    damage("names");
    while (store.scrubProgress().underWay()) {
      turn();
    }
    assertEquals(model.size(), store.scrubProgress().keysChecked());
    assertEquals(1, store.scrubProgress().damagedVersions());
    assertEquals(1, heard.damaged().size());
    assertEquals(List.of(), heard.failures());
  }

  private String secondSegment() {
    return disk.files().stream().filter(name -> name.endsWith(".log")).sorted().toList().get(1);
  }

  private void flipInTheMidst(String file) throws Exception {
    byte[] content = disk.content(file);
    content[content.length / 2] ^= 1;
    disk.overwrite(file, content);
  }

  /**
   * A key may have its only record in what is damaged of the log, and must not be missing in a
   * listing. The scrub has it fetched from elsewhere; then the order is made anew.
   */
  @Test
  void shouldMakeAnOrderAnewOnceALogThatIsDamagedItselfIsMended() throws Exception {
    damage("names");
    String log = secondSegment();
    flipInTheMidst(log);
    assertEquals(2, scrub().damagedPlaces());
    for (int i = 0; i < 200; i++) {
      turn();
    }
    assertTrue(Checkpoint.read(disk).isEmpty(), "the next start reads the log");
    assertThrows(StoreException.class, this::checkHeld);
    assertEquals(1, heard.damaged().size());
    String lost = heard.damaged().get(0);
    put(lost.substring(0, lost.lastIndexOf(' ')));
    for (int i = 0; disk.exists(log); i++) {
      assertTrue(i < MOST_TURNS, "the damaged segment stays");
      clock.pass(100);
      turn();
    }
    clock.pass(60_000);
    awaitCheckpoint();
    checkHeld();
    assertEquals(List.of(), scrub().places());
  }
}
