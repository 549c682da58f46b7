package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.hashing.DigestKey;
import io.volute.hashing.Partitions;
import io.volute.port.KeyTree;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The index has lost an entry that the orders of keys hold, as a flipped bit can do to a map. */
class CatalogTest {
  private static final int KEYS = 20;
  private static final Name LOST = Name.of("key 7");
  private static final byte[] ALL = {};

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final HeapIndex index = new HeapIndex();

  private NameOrder order(String directory) throws IOException {
    return NameOrder.create(disk, directory, Background.inline().executor(), NameOrder.MAX_RECENT);
  }

  private Catalog catalogThatLostAKey(boolean filled) throws IOException {
    Catalog catalog =
        new Catalog(
            index,
            order(NameRun.DIRECTORY),
            order(NameRun.TREE_DIRECTORY),
            KeyedSums.empty(List.of(DigestKey.PLAIN)),
            new LiveBytes(),
            0,
            0,
            filled);
    for (int i = 0; i < KEYS; i++) {
      Version version = TestVersions.version(TestVersions.dot(i + 1), CausalContext.EMPTY, 10);
      Name name = Name.of("key " + i);
      IndexEntry entry =
          IndexEntry.NONE.with(
              VersionSet.of(version), version.dot(), new Location(1, i * 100L, 90));
      catalog.set(name, entry);
    }
    index.remove(LOST.utf8());
    return catalog;
  }

  private static KeyTree.Page hashed(Catalog catalog) throws Exception {
    return catalog
        .tree()
        .keys(Partitions.of(LOST), 0, Partitions.LEAVES, MirrorRange.ALL, Optional.empty(), KEYS);
  }

  /** A lone read is not told that the key is not there, and the next one finds it in the index. */
  @Test
  void shouldTakeFromTheNamesWhatTheIndexHasLost() throws Exception {
    Catalog catalog = catalogThatLostAKey(true);
    assertEquals(1, catalog.entry(LOST).versions().size());
    assertTrue(index.get(LOST.utf8()).isPresent());
    assertEquals(KEYS, catalog.list(ALL, Optional.empty(), KEYS).size());
    assertEquals(1, hashed(catalog).keys().size());
  }

  @Test
  void shouldTakeFromTheNamesWhatIsDamagedInTheIndex() throws Exception {
    Catalog catalog = catalogThatLostAKey(true);
    byte[] damaged = new byte[40];
    index.put(LOST.utf8(), ByteBuffer.wrap(damaged));
    assertEquals(1, catalog.entry(LOST).versions().size());
    assertNotEquals(Optional.of(ByteBuffer.wrap(damaged)), index.get(LOST.utf8()));
    // As a slot of a key that has become another's.
    Name never = Name.of("never put");
    index.put(never.utf8(), ByteBuffer.wrap(damaged));
    assertTrue(catalog.entry(never).versions().isEmpty());
    assertTrue(index.get(never.utf8()).isEmpty());
  }

  @Test
  void shouldNotPassOverAKeyThatTheIndexAndTheNamesLack() throws Exception {
    Catalog catalog = catalogThatLostAKey(true);
    catalog.nameOrder().remove(LOST);
    assertThrows(DamagedIndexException.class, () -> hashed(catalog));
    assertThrows(DamagedIndexException.class, () -> catalog.tree().recount(Partitions.of(LOST)));
  }

  /** As one counts that is too large to be checked when it is opened. */
  @Test
  void shouldFindInTheOrderWhatAnIndexLacksThatIsNotProven() throws Exception {
    Catalog catalog = catalogThatLostAKey(false);
    assertEquals(1, catalog.entry(LOST).versions().size());
    assertEquals(KEYS, catalog.list(ALL, Optional.empty(), KEYS).size());
    assertFalse(catalog.fill(KEYS + 1));
    assertTrue(index.get(LOST.utf8()).isPresent());
  }

  @Test
  void shouldNotTakeALargeMapForProven() {
    KeyIndex.FileStamp small = new KeyIndex.FileStamp("0001-64.cm3", 4L << 30, 1);
    KeyIndex.FileStamp large = new KeyIndex.FileStamp("0002-128.cm3", (4L << 30) + 1, 0);
    assertTrue(new KeyIndex.Snapshot(List.of(small), List.of()).isProven());
    assertFalse(new KeyIndex.Snapshot(List.of(small, large), List.of()).isProven());
  }
}
