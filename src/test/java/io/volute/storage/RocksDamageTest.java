package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.hashing.DigestKey;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Flipped bits in the files of RocksDB: what is not derived is mended by the next start. */
class RocksDamageTest {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int KEYS = 500;
  private static final int SIZE_BYTES = 60;
  private static final byte[] ALL = {};

  @TempDir Path directory;

  private final TreeMap<Name, VersionSet> model = new TreeMap<>();
  private RecordingListener heard = new RecordingListener();
  private RocksStore store;
  private int counter;

  @BeforeEach
  void fillAStore() throws Exception {
    open();
    for (int i = 0; i < KEYS; i++) {
      put("key " + i);
    }
    store.putNote("note", new byte[] {1});
    // Closing leaves the log; opening it makes files of it.
    store.close();
    open();
    store.close();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void open() throws Exception {
    heard = new RecordingListener();
    store =
        RocksStore.open(
            directory, FsyncPolicy.NEVER, List.of(DigestKey.PLAIN), heard, new SystemClock());
  }

  private void put(String key) throws Exception {
    Version version = TestVersions.overwrite(store, key, ++counter, SIZE_BYTES);
    model.put(Name.of(key), VersionSet.of(version));
  }

  private Path tables() {
    return directory.resolve(RocksTables.DIRECTORY);
  }

  /** The largest file of a table. */
  private Path fileOf(Table table) throws Exception {
    try (RocksTables opened = RocksTables.open(tables());
        Stream<Path> files = Files.list(tables())) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .filter(file -> opened.isAbout(table, file.toString()))
          .max(Comparator.comparing(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[at] ^= 16;
    Files.write(file, content);
  }

  /** In a block of entries, of which the first quarter of a file consists at least. */
  private Path damage(Table table) throws Exception {
    Path file = fileOf(table);
    flip(file, (int) (Files.size(file) / 4));
    return file;
  }

  private void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!done.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it takes too long");
      turn();
    }
  }

  private void turn() {
    store.runCompletions();
    store.flush();
  }

  private List<Name> listed() throws StoreException {
    return store.list(ALL, Optional.empty(), Integer.MAX_VALUE).stream()
        .map(named -> named.name())
        .toList();
  }

  private void checkHeld() throws StoreException {
    assertEquals(List.copyOf(model.keySet()), listed());
    TreeCheck.check(store.tree(), model, 64);
  }

  private void scrub() {
    store.beginScrub();
    await(() -> !store.scrubProgress().underWay());
  }

  @Test
  void shouldMakeTheOrderOfKeysAnewWhileItGoesOn() throws Exception {
    Path damaged = damage(Table.TREE);
    open();
    StoreException refused =
        assertThrows(StoreException.class, () -> TreeCheck.check(store.tree(), model, 64));
    assertTrue(
        refused.getMessage().contains(damaged.getFileName().toString()), refused.getMessage());
    assertEquals(KEYS, listed().size());
    turn();
    for (int i = 0; i < 50; i++) {
      put("key " + i * 13);
      store.remove(Name.of("key " + i * 3));
      model.remove(Name.of("key " + i * 3));
      if (i == 20) {
        turn();
      }
    }
    await(() -> !store.hasCompletions());
    checkHeld();
    scrub();
    assertEquals(List.of(), store.scrubProgress().places());
    store.close();
    open();
    checkHeld();
    assertFalse(store.evidence().damaged());
    assertEquals(List.of(), heard.failures());
  }

  @Test
  void shouldGoOnWithTheOrderOfKeysAfterAnEndInTheMidstOfIt() throws Exception {
    damage(Table.TREE);
    open();
    assertThrows(StoreException.class, () -> TreeCheck.check(store.tree(), model, 64));
    turn();
    turn();
    assertTrue(store.hasCompletions(), "it is under way");
    store.close();
    open();
    assertThrows(StoreException.class, () -> TreeCheck.check(store.tree(), model, 64));
    turn();
    await(() -> !store.hasCompletions());
    checkHeld();
  }

  /** Each key is in one of ten blocks or so. */
  @Test
  void shouldStartWithWhatCanBeReadOfTheNames() throws Exception {
    Path damaged = damage(Table.VERSIONS);
    open();
    for (int reads = 0; reads < 2; reads++) {
      StoreException refused = assertThrows(StoreException.class, this::listed);
      assertTrue(
          refused.getMessage().contains(damaged.getFileName().toString()), refused.getMessage());
    }
    put("key 9999");
    assertEquals(1, store.versions(Name.of("key 9999")).size());
    store.close();
    open();
    assertTrue(store.evidence().damaged(), "others have to be asked");
    assertTrue(store.evidence().existed());
    final List<Name> kept = listed();
    assertTrue(kept.size() < model.size() && kept.size() > model.size() / 2, kept.toString());
    assertTrue(kept.contains(Name.of("key 9999")));
    model.keySet().retainAll(kept);
    checkHeld();
    assertEquals(kept.size(), store.keyCount());
    assertTrue(store.note("note").isPresent());
    assertTrue(Files.exists(directory.resolve("rocks.unreadable")));
    turn();
    store.close();
    open();
    assertFalse(store.evidence().damaged(), "that was said once");
    checkHeld();
    scrub();
    assertEquals(0, store.scrubProgress().damagedPlaces());
  }

  /** These are derived, or are reported one by one. */
  @ParameterizedTest
  @EnumSource(names = {"VALUES", "SUMS"})
  void shouldLoseNoKeyToDamageElsewhere(Table table) throws Exception {
    damage(table);
    open();
    scrub();
    // The sums are read when it is opened.
    assertEquals(table == Table.VALUES ? 1 : 0, store.scrubProgress().damagedPlaces());
    checkHeld();
    put("key 9999");
    store.close();
    open();
    assertFalse(store.evidence().damaged(), "no key is lost");
    checkHeld();
    if (table == Table.VALUES) {
      await(() -> !heard.damaged().isEmpty());
      await(() -> !store.scrubProgress().underWay());
    } else {
      turn();
      assertEquals(0, store.scrubProgress().rounds());
    }
  }

  /** RocksDB takes no changes then, until it is opened anew, and would come upon it again. */
  @Test
  void shouldTakeChangesAgainOnceACompactionHasMetDamage() throws Exception {
    damage(Table.VALUES);
    Path planted = Files.createFile(tables().resolve("of the damaged one"));
    open();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (int round = 0; !isMarked() && Files.exists(planted); round++) {
      assertTrue(System.nanoTime() < deadline, "no compaction has met it");
      if (round < 8) {
        // Each start makes another file of what is in the log, and may meet it itself.
        store.close();
        open();
        // Else the file would be moved as it is.
        putPatiently("key 0");
        putPatiently("key " + (KEYS - 1));
      }
      putPatiently("another key " + round);
    }
    for (int i = 0; i < 100; i++) {
      putPatiently("a later key " + i);
    }
    checkHeld();
    store.close();
    open();
    checkHeld();
    assertFalse(isMarked());
    assertFalse(store.evidence().damaged());
  }

  private boolean isMarked() {
    return Files.exists(directory.resolve(RocksSalvage.MARKER));
  }

  private void putPatiently(String key) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        put(key);
        turn();
        return;
      } catch (StoreException e) {
        assertTrue(System.nanoTime() < deadline, e.getMessage());
        turn();
      }
    }
  }

  /** Whatever a start makes of it: what is served is right, and it goes on or the next one does. */
  @Test
  void shouldNeverServeWhatIsWrongWhicheverFileHasAFlippedBit() throws Exception {
    final Map<Path, byte[]> left = contents();
    for (Path file : left.keySet()) {
      int length = left.get(file).length;
      if (file.getFileName().toString().startsWith("LOG")) {
        continue;
      }
      for (int i = 0; i < 6 && length > 0; i++) {
        restore(left);
        int at = i < 5 ? length * i / 5 : length - 20;
        flip(file, Math.max(0, at));
        String place = file.getFileName() + " at " + at + " of " + length;
        boolean refused = !opens(place);
        boolean ofTables = file.toString().endsWith(".sst");
        assertFalse(refused && ofTables, place);
        if (!refused) {
          checkServed(place);
        }
      }
    }
  }

  private boolean opens(String place) throws Exception {
    try {
      open();
      return true;
    } catch (StoreException e) {
      assertTrue(e.getMessage().contains("RocksDB"), place + ": " + e.getMessage());
      return false;
    }
  }

  private void checkServed(String place) throws Exception {
    try {
      checkValues(place);
      listed();
    } catch (DamagedIndexException | StoreException e) {
      // The member stops, or refuses to list.
      store.close();
      open();
      checkValues(place);
    }
    turn();
    await(() -> !store.hasCompletions());
    int listed = listed().size();
    assertTrue(listed == KEYS || store.evidence().damaged(), place + ": " + listed);
    store.close();
  }

  private void checkValues(String place) throws Exception {
    for (Map.Entry<Name, VersionSet> key : model.entrySet()) {
      VersionSet versions = store.versions(key.getKey());
      for (Version version : versions) {
        assertEquals(key.getValue(), versions, place);
        try {
          Optional<Value> value = store.value(key.getKey(), version.dot());
          assertEquals(Optional.of(TestVersions.valueOf(version)), value, place);
        } catch (StoreException e) {
          assertTrue(e.getMessage().contains("value"), place + ": " + e.getMessage());
        }
      }
    }
  }

  private Map<Path, byte[]> contents() throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(tables())) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private void restore(Map<Path, byte[]> left) throws IOException {
    store.close();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(tables());
    for (var entry : left.entrySet()) {
      Files.write(entry.getKey(), entry.getValue());
    }
  }
}
