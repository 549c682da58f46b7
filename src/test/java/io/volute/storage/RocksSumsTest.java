package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.hashing.DigestKey;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.RocksCodec.Entry;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

class RocksSumsTest {
  private static final DigestKey FIRST = DigestKey.of(new byte[DigestKey.SECRET_BYTES], 1);
  private static final DigestKey SECOND = DigestKey.of(new byte[DigestKey.SECRET_BYTES], 2);

  @TempDir Path directory;
  private final TreeMap<Name, VersionSet> model = new TreeMap<>();
  private long valueBytes;
  private long counter;

  private RocksTables tables() throws Exception {
    return RocksTables.open(directory.resolve("rocks"));
  }

  /** Writes a change as the store does. */
  private void change(RocksTables tables, RocksCatalog catalog, String key, int size, int mirrors)
      throws Exception {
    Name name = Name.of(key);
    Entry before = catalog.entry(name);
    Entry after = Entry.NONE;
    if (size >= 0) {
      Version version =
          TestVersions.version(
              TestVersions.dot(++counter), CausalContext.EMPTY, size, new Mirrors(mirrors));
      after = new Entry(VersionSet.of(version), Set.of());
    }
    try (WriteBatch batch = new WriteBatch()) {
      catalog.put(batch, name, before, after);
      tables.write(batch);
    }
    catalog.applied(before, after);
    valueBytes += after.valueBytes() - before.valueBytes();
    if (size < 0) {
      model.remove(name);
    } else {
      model.put(name, after.versions());
    }
  }

  private void changeSome(RocksTables tables, RocksCatalog catalog) throws Exception {
    for (int i = 0; i < 300; i++) {
      change(tables, catalog, "key " + i % 90, i % 7 == 6 ? -1 : i % 50, i * i % 13);
    }
  }

  private void check(RocksCatalog catalog) throws StoreException {
    assertEquals(model.size(), catalog.keyCount());
    assertEquals(valueBytes, catalog.valueBytes());
    TreeCheck.check(catalog.tree(), model, 7);
  }

  @Test
  void shouldKnowTotalsAndSumsAfterAKillWithoutGoingThroughTheKeys() throws Exception {
    for (int life = 0; life < 3; life++) {
      // Closed without the catalog: no orderly stop.
      try (RocksTables tables = tables()) {
        RocksCatalog catalog = RocksCatalog.open(tables, List.of(FIRST, SECOND));
        assertEquals(life == 0, catalog.counted());
        assertFalse(catalog.cleanStop());
        check(catalog);
        changeSome(tables, catalog);
        check(catalog);
      }
    }
  }

  @Test
  void shouldGoThroughTheKeysWhenADigestKeyIsNewAndNotWhenOneIsLeftBehind() throws Exception {
    List<List<DigestKey>> lives =
        List.of(List.of(FIRST), List.of(FIRST, SECOND), List.of(SECOND), List.of(FIRST));
    for (int life = 0; life < lives.size(); life++) {
      try (RocksTables tables = tables()) {
        RocksCatalog catalog = RocksCatalog.open(tables, lives.get(life));
        assertEquals(life != 2, catalog.counted(), "life " + life);
        check(catalog);
        changeSome(tables, catalog);
      }
    }
  }

  /** Killed while the keys are counted: what is half done must not be counted twice. */
  @Test
  void shouldBeginAnewWhenItWasEndedWhileItCounted() throws Exception {
    try (RocksTables tables = tables()) {
      changeSome(tables, RocksCatalog.open(tables, List.of(FIRST)));
      RocksSums rows = new RocksSums(tables, List.of(FIRST));
      assertTrue(rows.areWhole());
      rows.begin();
      assertFalse(rows.areWhole());
    }
    try (RocksTables tables = tables()) {
      RocksCatalog catalog = RocksCatalog.open(tables, List.of(FIRST));
      assertTrue(catalog.counted());
      check(catalog);
    }
  }

  /** As it is after an error of memory, or of ours. */
  @Test
  void shouldGoThroughTheKeysOnceASumWasFoundWrong() throws Exception {
    try (RocksTables tables = tables()) {
      RocksCatalog catalog = RocksCatalog.open(tables, List.of(FIRST));
      changeSome(tables, catalog);
      catalog.tree().sums().count(1, model.firstEntry().getValue(), 1);
      assertFalse(catalog.tree().recount(0));
      catalog.close();
    }
    try (RocksTables tables = tables()) {
      RocksCatalog catalog = RocksCatalog.open(tables, List.of(FIRST));
      assertTrue(catalog.counted());
      assertTrue(catalog.cleanStop());
      check(catalog);
    }
  }
}
