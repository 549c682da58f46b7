package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What a store should hold after seeded changes, kept in plain maps. */
final class StoreModel {
  private static final int KEYS = 60;
  private static final int NOTES = 10;

  private final long seed;
  private final SplittableRandom random;
  private final TreeMap<Name, VersionSet> keys = new TreeMap<>();
  private final TreeMap<String, byte[]> notes = new TreeMap<>();
  private long counter;

  StoreModel(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  private Name anyKey() {
    return Name.of("key/" + random.nextInt(KEYS));
  }

  void change(StoreEngine store, int steps) throws Exception {
    for (int step = 0; step < steps; step++) {
      int dice = random.nextInt(100);
      if (dice < 6) {
        Name key = anyKey();
        store.remove(key);
        keys.remove(key);
      } else if (dice < 16) {
        changeNote(store, "note/" + random.nextInt(NOTES), dice < 9);
      } else {
        put(store, anyKey(), dice);
      }
      if (random.nextInt(5) == 0) {
        store.flush();
      }
    }
  }

  private void changeNote(StoreEngine store, String note, boolean remove) throws Exception {
    if (remove) {
      store.removeNote(note);
      notes.remove(note);
    } else {
      byte[] content = new byte[random.nextInt(1024)];
      random.nextBytes(content);
      store.putNote(note, content);
      notes.put(note, content);
    }
  }

  private void put(StoreEngine store, Name key, int dice) throws Exception {
    VersionSet before = keys.getOrDefault(key, VersionSet.EMPTY);
    CausalContext replaces = dice < 60 ? before.context() : CausalContext.EMPTY;
    if (dice >= 60 && before.size() > 1) {
      replaces = before.contextFor(CausalContext.of(before.asList().get(0).dot()));
    }
    Actor actor = new Actor(new NodeId("node-" + random.nextInt(5)), 1L << random.nextInt(50));
    boolean tombstone = dice < 22;
    int size = tombstone ? 0 : dice == 99 ? random.nextInt(200_000) : random.nextInt(600);
    Version version =
        new Version(
            new Dot(actor, ++counter),
            replaces,
            tombstone ? Version.Kind.TOMBSTONE : Version.Kind.VALUE,
            new Mirrors(random.nextInt(5)),
            random.nextLong(),
            dice % 3 == 0 ? random.nextLong(1, Long.MAX_VALUE) : Version.NEVER,
            dice % 2 == 0 ? "" : "text/plain",
            size);
    VersionSet after = before.with(version);
    store.put(key, version, TestVersions.valueOf(version), after);
    keys.put(key, after);
  }

  void compare(StoreEngine store) throws Exception {
    String situation = "seed " + seed;
    long valueBytes = 0;
    for (int i = 0; i < KEYS; i++) {
      Name key = Name.of("key/" + i);
      VersionSet expected = keys.getOrDefault(key, VersionSet.EMPTY);
      assertEquals(expected, store.versions(key), situation);
      for (Version version : expected) {
        valueBytes += version.sizeBytes();
        assertEquals(
            Optional.of(TestVersions.valueOf(version)), store.value(key, version.dot()), situation);
      }
    }
    assertEquals(valueBytes, store.valueBytes(), situation);
    assertEquals(keys.size(), store.keyCount(), situation);
    assertEquals(List.copyOf(keys.keySet()), listed(store), situation);
    checkTree(store);
    assertEquals(List.copyOf(notes.keySet()), store.notes("note/", "", 1000), situation);
    for (var note : notes.entrySet()) {
      assertArrayEquals(note.getValue(), store.note(note.getKey()).orElseThrow(), situation);
    }
  }

  void checkTree(StoreEngine store) throws StoreException {
    TreeCheck.check(store.tree(), keys, 1 + random.nextInt(70));
  }

  private List<Name> listed(StoreEngine store) throws StoreException {
    List<Name> names = new ArrayList<>();
    Optional<Name> after = Optional.empty();
    int limit = 1 + random.nextInt(30);
    while (true) {
      List<NamedVersions> page = store.list(new byte[0], after, limit);
      for (NamedVersions named : page) {
        assertEquals(keys.get(named.name()), named.versions());
        names.add(named.name());
      }
      if (page.size() < limit) {
        return names;
      }
      after = Optional.of(page.get(page.size() - 1).name());
    }
  }
}
