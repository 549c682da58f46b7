package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A seeded row of changes to a store, and what must and may be there after a crash: all that was
 * reported as stored, any part of the rest, and nothing else.
 */
final class CrashWorkload {
  private static final int KEYS = 7;
  private static final int NOTES = 3;

  /** A change as it was accepted; exactly one of the parts is set. */
  private record Change(
      long sequence,
      Optional<Name> key,
      Optional<Version> version,
      Optional<String> note,
      Optional<byte[]> content) {
    boolean isRemoveOf(Name name) {
      return version.isEmpty() && key.equals(Optional.of(name));
    }
  }

  private final Random random;
  private final List<Change> changes = new ArrayList<>();
  private long counter;
  private int refusals;

  CrashWorkload(long seed) {
    random = new Random(seed);
  }

  /** Changes the store until it is done or the store fails. */
  void run(DurableStore store, int steps) {
    try {
      for (int step = 0; step < steps; step++) {
        change(store);
        if (random.nextInt(3) == 0) {
          store.flush();
        }
        if (random.nextInt(4) == 0) {
          store.syncNow();
        }
        store.runCompletions();
      }
      store.flush();
      store.syncNow();
    } catch (StoreException e) {
      // The power went; what was accepted so far is remembered.
      return;
    }
  }

  /** Changes the store, and goes on when it refuses, until it is done or the power goes. */
  void runThroughRefusals(DurableStore store, SimulatedDisk disk, int steps) {
    for (int step = 0; step < steps && !disk.isDark(); step++) {
      try {
        change(store);
      } catch (StoreException e) {
        refusals++;
      }
      if (random.nextInt(3) == 0) {
        store.flush();
      }
      if (random.nextInt(4) == 0) {
        store.syncNow();
      }
      store.runCompletions();
    }
  }

  int refusals() {
    return refusals;
  }

  private void change(DurableStore store) throws StoreException {
    Name key = Name.of("key " + random.nextInt(KEYS));
    int dice = random.nextInt(20);
    if (dice == 0) {
      long sequence = store.remove(key);
      changes.add(
          new Change(
              sequence, Optional.of(key), Optional.empty(), Optional.empty(), Optional.empty()));
    } else if (dice <= 3) {
      changeNote(store, "note " + random.nextInt(NOTES), dice);
    } else {
      putVersion(store, key, dice);
    }
  }

  private void changeNote(DurableStore store, String note, int dice) throws StoreException {
    Optional<byte[]> content =
        dice == 1 ? Optional.empty() : Optional.of(new byte[random.nextInt(1024)]);
    content.ifPresent(random::nextBytes);
    long sequence = content.isEmpty() ? store.removeNote(note) : store.putNote(note, content.get());
    changes.add(
        new Change(sequence, Optional.empty(), Optional.empty(), Optional.of(note), content));
  }

  private void putVersion(DurableStore store, Name key, int dice) throws StoreException {
    VersionSet before = store.versions(key);
    boolean sibling = dice <= 7 && before.size() < 4;
    CausalContext replaces = sibling ? CausalContext.EMPTY : before.context();
    boolean large = dice == 8 || dice == 10 || dice == 11;
    int size = large ? 70_000 + random.nextInt(80_000) : random.nextInt(2_000);
    Dot dot = TestVersions.dot(++counter);
    Version version =
        dice == 9
            ? TestVersions.tombstone(dot, replaces)
            : TestVersions.version(dot, replaces, size);
    Value value = TestVersions.valueOf(version);
    if (dice == 10 || dice == 11) {
      // Whoever is not told that it is whole has no value to put.
      value = TestBlobs.make(store, key, new BlobId(7, counter), value.bytes());
    }
    long sequence = store.put(key, version, value, before.with(version));
    changes.add(
        new Change(
            sequence, Optional.of(key), Optional.of(version), Optional.empty(), Optional.empty()));
  }

  /** The sequence number of the last change that was accepted. */
  long lastSequence() {
    return changes.isEmpty() ? 0 : changes.get(changes.size() - 1).sequence();
  }

  /** Checks a store that was opened after a crash. */
  void verify(DurableStore store, long stored) throws StoreException {
    for (int i = 0; i < KEYS; i++) {
      verifyKey(store, Name.of("key " + i), stored);
    }
    for (int i = 0; i < NOTES; i++) {
      verifyNote(store, "note " + i, stored);
    }
    long bytes = 0;
    long keys = 0;
    for (var listed : store.list(new byte[0], Optional.empty(), 100)) {
      keys++;
      for (Version version : listed.versions()) {
        bytes += version.sizeBytes();
      }
    }
    assertEquals(keys, store.keyCount());
    assertEquals(bytes, store.valueBytes());
  }

  private void verifyKey(DurableStore store, Name key, long stored) throws StoreException {
    Map<Dot, Version> accepted = new HashMap<>();
    VersionSet mustBe = VersionSet.EMPTY;
    for (Change change : changes) {
      if (change.key().equals(Optional.of(key))) {
        change.version().ifPresent(version -> accepted.put(version.dot(), version));
        if (change.sequence() <= stored) {
          mustBe = change.version().map(mustBe::with).orElse(VersionSet.EMPTY);
        }
      }
    }
    VersionSet found = store.versions(key);
    if (changes.stream().noneMatch(unstored(stored).and(change -> change.isRemoveOf(key)))) {
      for (Version version : mustBe) {
        assertTrue(found.knows(version.dot()), key + " lost " + version.dot());
      }
    }
    for (Version version : found) {
      assertEquals(accepted.get(version.dot()), version);
      Value value = store.value(key, version.dot()).orElseThrow();
      assertEquals(Optional.of(TestVersions.valueOf(version)), TestBlobs.whole(store, value));
      boolean wasStored =
          changes.stream()
              .filter(unstored(stored).negate())
              .anyMatch(change -> change.version().equals(Optional.of(version)));
      assertFalse(wasStored && mustBe.find(version.dot()).isEmpty(), version.dot() + " came back");
    }
  }

  private static Predicate<Change> unstored(long stored) {
    return change -> change.sequence() > stored;
  }

  private void verifyNote(DurableStore store, String note, long stored) {
    List<Optional<byte[]>> allowed = new ArrayList<>();
    allowed.add(Optional.empty());
    for (Change change : changes) {
      if (change.note().equals(Optional.of(note))) {
        if (change.sequence() <= stored) {
          allowed.clear();
        }
        allowed.add(change.content());
      }
    }
    Optional<byte[]> found = store.note(note);
    for (Optional<byte[]> content : allowed) {
      if (content.isPresent() == found.isPresent()
          && (content.isEmpty() || Arrays.equals(content.get(), found.get()))) {
        return;
      }
    }
    assertArrayEquals(allowed.get(0).orElse(null), found.orElse(null), note);
  }
}
