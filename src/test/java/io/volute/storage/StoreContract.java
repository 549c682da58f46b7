package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.hashing.DigestKey;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine must do. */
abstract class StoreContract {
  private static final Name KEY = Name.of("key");

  final RecordingListener listener = new RecordingListener();
  StoreEngine store;

  /** By what a store that is opened keeps the sums of its tree. */
  List<DigestKey> digestKeys = List.of(DigestKey.PLAIN);

  /** Makes an empty store, or opens the one that is there. */
  abstract StoreEngine open() throws Exception;

  /** Closes the store and opens it again, where it keeps what it holds. */
  StoreEngine reopen(boolean inOrder) throws Exception {
    return store;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void shouldHoldNothingWhenNew() throws Exception {
    assertTrue(store.versions(KEY).isEmpty());
    assertTrue(store.value(KEY, TestVersions.dot(1)).isEmpty());
    assertEquals(0, store.keyCount());
    assertEquals(0, store.valueBytes());
    assertEquals(List.of(), store.list(new byte[0], Optional.empty(), 10));
  }

  @Test
  void shouldServeAVersionAtOnceAndAfterItIsStored() throws Exception {
    Version version = TestVersions.overwrite(store, "key", 1, 100);
    for (int round = 0; round < 2; round++) {
      assertEquals(VersionSet.of(version), store.versions(KEY));
      assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(KEY, version.dot()));
      store.flush();
      listener.awaitStored(1);
    }
  }

  @Test
  void shouldKeepAllMetadataOfAVersion() throws Exception {
    CausalContext replaces = CausalContext.EMPTY;
    for (int i = 1; i <= 40; i++) {
      Actor actor = new Actor(new NodeId("a-node-with-quite-a-long-name-" + i), 1L << 50);
      replaces = replaces.with(new Dot(actor, 1L << 40)).raised(actor, i);
    }
    Version version =
        new Version(
            TestVersions.dot(Long.MAX_VALUE),
            replaces,
            Version.Kind.VALUE,
            Mirrors.CLONE,
            -1,
            1_700_000_000_000L,
            "text/plain; charset=utf-8",
            3);
    store.put(KEY, version, Value.of("abc"), VersionSet.of(version));
    assertEquals(version, store.versions(KEY).asList().get(0));
  }

  @Test
  void shouldKeepEmptyValuesAndTombstones() throws Exception {
    Version empty = TestVersions.overwrite(store, "empty", 1, 0);
    Version tombstone = TestVersions.tombstone(TestVersions.dot(2), CausalContext.EMPTY);
    store.put(KEY, tombstone, Value.EMPTY, VersionSet.of(tombstone));
    assertEquals(Optional.of(Value.EMPTY), store.value(Name.of("empty"), empty.dot()));
    assertEquals(Optional.of(Value.EMPTY), store.value(KEY, tombstone.dot()));
    assertEquals(2, store.keyCount());
    assertEquals(2, store.list(new byte[0], Optional.empty(), 10).size());
  }

  @Test
  void shouldForgetAReplacedVersionAndKeepItsSibling() throws Exception {
    Version first = TestVersions.addSibling(store, "key", 1, 10);
    Version second = TestVersions.addSibling(store, "key", 2, 20);
    assertEquals(30, store.valueBytes());
    VersionSet before = store.versions(KEY);
    Version third = TestVersions.version(TestVersions.dot(3), CausalContext.of(first.dot()), 5);
    store.put(KEY, third, TestVersions.valueOf(third), before.with(third));
    assertTrue(store.value(KEY, first.dot()).isEmpty());
    assertEquals(Optional.of(TestVersions.valueOf(second)), store.value(KEY, second.dot()));
    assertEquals(Optional.of(TestVersions.valueOf(third)), store.value(KEY, third.dot()));
    assertEquals(1, store.keyCount());
    assertEquals(25, store.valueBytes());
  }

  @Test
  void shouldKeepManySiblings() throws Exception {
    for (int i = 1; i <= 64; i++) {
      TestVersions.addSibling(store, "key", i, i);
    }
    assertEquals(64, store.versions(KEY).size());
    for (Version version : store.versions(KEY)) {
      assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(KEY, version.dot()));
    }
  }

  @Test
  void shouldForgetARemovedKeyUntilItIsPutAgain() throws Exception {
    Version version = TestVersions.overwrite(store, "key", 1, 10);
    store.remove(KEY);
    store.remove(Name.of("never there"));
    assertTrue(store.versions(KEY).isEmpty());
    assertTrue(store.value(KEY, version.dot()).isEmpty());
    assertEquals(0, store.keyCount());
    assertEquals(0, store.valueBytes());
    assertEquals(List.of(), store.list(new byte[0], Optional.empty(), 10));
    store.put(KEY, version, TestVersions.valueOf(version), VersionSet.of(version));
    assertEquals(VersionSet.of(version), store.versions(KEY));
    assertEquals(1, store.list(new byte[0], Optional.empty(), 10).size());
  }

  @Test
  void shouldServeAValueOfAnySize() throws Exception {
    int[] sizes = {1, 511, 65_535, 65_536, 300_000, 3_000_000};
    for (int i = 0; i < sizes.length; i++) {
      Version version = TestVersions.overwrite(store, "size " + sizes[i], i + 1, sizes[i]);
      assertEquals(
          Optional.of(TestVersions.valueOf(version)),
          store.value(Name.of("size " + sizes[i]), version.dot()));
    }
    store.flush();
    for (int i = 0; i < sizes.length; i++) {
      Dot dot = TestVersions.dot(i + 1);
      assertEquals(
          Optional.of(TestVersions.value(dot, sizes[i])),
          store.value(Name.of("size " + sizes[i]), dot));
    }
  }

  @Test
  void shouldListNamesInTheOrderOfTheirBytes() throws Exception {
    String[] names = {"a", "a\u0000", "a/b", "aé", "aü", "b", "ä", "\uD83D\uDE00"};
    for (int i = names.length - 1; i >= 0; i--) {
      TestVersions.overwrite(store, names[i], i + 1, 1);
    }
    assertEquals(List.of(names), listed("", Optional.empty(), 100));
    assertEquals(List.of("a", "a\u0000", "a/b", "aé", "aü"), listed("a", Optional.empty(), 100));
    assertEquals(List.of("a\u0000", "a/b"), listed("a", Optional.of("a"), 2));
    assertEquals(List.of("aü", "b"), listed("", Optional.of("aé"), 2));
    assertEquals(List.of("b"), listed("b", Optional.of("a/x"), 9));
    assertEquals(List.of(), listed("a", Optional.of("b"), 9));
    assertEquals(List.of(), listed("c", Optional.empty(), 9));
    // A prefix may end within a character.
    byte[] half = {'a', (byte) 0xc3};
    assertEquals(2, store.list(half, Optional.empty(), 9).size());
  }

  private List<String> listed(String prefix, Optional<String> after, int limit)
      throws StoreException {
    return store.list(TestVersions.utf8(prefix), after.map(Name::of), limit).stream()
        .map(NamedVersions::name)
        .map(Name::toString)
        .toList();
  }

  @Test
  void shouldKeepNotesInOrder() throws Exception {
    store.putNote("hint/b", new byte[] {1});
    store.putNote("hint/a", new byte[] {2});
    store.putNote("lease", new byte[] {3});
    store.putNote("hint/a", new byte[] {4});
    store.removeNote("lease");
    store.removeNote("none");
    assertArrayEquals(new byte[] {4}, store.note("hint/a").orElseThrow());
    assertTrue(store.note("lease").isEmpty());
    assertEquals(List.of("hint/a", "hint/b"), store.notes("hint/", "", 10));
    assertEquals(List.of("hint/b"), store.notes("hint/", "hint/a", 10));
    assertEquals(List.of("hint/a"), store.notes("", "", 1));
    assertThrows(IllegalArgumentException.class, () -> store.putNote("big", new byte[1025]));
  }

  @Test
  void shouldReportEveryChangeWhenItIsFlushed() throws Exception {
    long last = 0;
    for (int i = 1; i <= 10; i++) {
      TestVersions.overwrite(store, "key " + i, i, 10);
      last = store.putNote("note", new byte[] {(byte) i});
    }
    assertEquals(20, last);
    assertEquals(0, listener.stored());
    store.flush();
    listener.awaitStored(last);
    last = store.remove(Name.of("none"));
    store.flush();
    listener.awaitStored(last);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldAgreeWithAModelWhateverIsDone(long seed) throws Exception {
    StoreModel model = new StoreModel(seed);
    for (int round = 0; round < 4; round++) {
      model.change(store, 400);
      model.compare(store);
      store = reopen(round % 2 == 0);
      model.compare(store);
    }
  }

  @Test
  void shouldKeepTheTreeEqualToWhatIsHeld() throws Exception {
    StoreModel model = new StoreModel(9);
    for (int step = 0; step < 60; step++) {
      model.change(store, 3);
      model.checkTree(store);
    }
  }

  @Test
  void shouldSumUpByTheSecretsOfTheDayWhenOneReplacesAnother() throws Exception {
    DigestKey first = DigestKey.of(new byte[DigestKey.SECRET_BYTES], 1);
    DigestKey second = DigestKey.of(new byte[DigestKey.SECRET_BYTES], 2);
    List<List<DigestKey>> stages =
        List.of(
            List.of(first),
            List.of(first, second),
            List.of(second, first),
            List.of(second),
            List.of(first),
            List.of(DigestKey.PLAIN));
    TreeMap<Name, VersionSet> model = new TreeMap<>();
    for (int i = 0; i < 4 * stages.size(); i++) {
      Name name = Name.of("key " + i);
      model.put(name, VersionSet.of(TestVersions.overwrite(store, name.toString(), i + 1, 1)));
      if (i % 2 == 1) {
        digestKeys = stages.get(i / 4);
        StoreEngine again = reopen(i % 4 == 1);
        if (again != store) {
          assertEquals(
              digestKeys.stream().map(DigestKey::fingerprint).toList(), again.tree().digestKeys());
        }
        store = again;
      }
      TreeCheck.check(store.tree(), model, 7);
    }
  }

  @Test
  void shouldSumUpKeysOfEveryMirrorCount() throws Exception {
    TreeMap<Name, VersionSet> model = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      Version version =
          TestVersions.version(
              TestVersions.dot(i + 1), CausalContext.EMPTY, 1, new Mirrors(i % 20));
      VersionSet after = VersionSet.of(version);
      Name name = Name.of("key " + i % 40 + " " + i / 40);
      store.put(name, version, TestVersions.valueOf(version), after);
      model.put(name, after);
    }
    TreeCheck.check(store.tree(), model, 7);
    store.remove(Name.of("key 1 0"));
    model.remove(Name.of("key 1 0"));
    TreeCheck.check(store.tree(), model, 7);
  }

  @Test
  void shouldNameKeysOnceNothingOfThemIsVisible() throws Exception {
    Version gone = TestVersions.tombstone(TestVersions.dot(1), CausalContext.EMPTY);
    store.put(KEY, gone, Value.EMPTY, VersionSet.of(gone));
    TestVersions.overwrite(store, "stays", 2, 1);
    Version expiring = TestVersions.expiring(TestVersions.dot(3), 5_000);
    Name soon = Name.of("expires");
    store.put(soon, expiring, TestVersions.valueOf(expiring), VersionSet.of(expiring));
    KeyTree.DueKey tombstone = new KeyTree.DueKey(0, KEY);
    KeyTree.DueKey expired = new KeyTree.DueKey(5_000, soon);
    assertEquals(List.of(tombstone), store.tree().due(4_999, Optional.empty(), 9));
    assertEquals(List.of(tombstone, expired), store.tree().due(5_000, Optional.empty(), 9));
    assertEquals(List.of(tombstone), store.tree().due(Long.MAX_VALUE, Optional.empty(), 1));
    assertEquals(List.of(expired), store.tree().due(5_000, Optional.of(tombstone), 9));
    TestVersions.addSibling(store, "expires", 4, 1);
    assertEquals(List.of(tombstone), store.tree().due(Long.MAX_VALUE, Optional.empty(), 9));
    store.remove(KEY);
    assertEquals(List.of(), store.tree().due(Long.MAX_VALUE, Optional.empty(), 9));
  }

  @Test
  void shouldRefuseVersionsThatAreNowhere() throws Exception {
    Version known = TestVersions.addSibling(store, "key", 1, 1);
    Version unknown = TestVersions.version(TestVersions.dot(2), CausalContext.EMPTY, 1);
    Version added = TestVersions.version(TestVersions.dot(3), CausalContext.EMPTY, 1);
    Value value = TestVersions.valueOf(added);
    VersionSet withUnknown = VersionSet.of(unknown).with(added);
    assertThrows(IllegalArgumentException.class, () -> store.put(KEY, added, value, withUnknown));
    assertThrows(
        IllegalArgumentException.class, () -> store.put(KEY, added, value, VersionSet.of(known)));
    assertEquals(VersionSet.of(known), store.versions(KEY));
  }
}
