package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.hashing.DigestKey;
import io.volute.hashing.Partitions;
import io.volute.port.KeyTree;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.RocksCodec.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/** RocksDB on a disk that fails for a while. */
class RocksRecoveryTest {
  private static final long A_MINUTE = 60_000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  @TempDir Path directory;

  private final ManualClock clock = new ManualClock();
  private final RecordingListener heard = new RecordingListener();
  private final AtomicInteger failing = new AtomicInteger();
  private RocksStore store;

  @BeforeEach
  void open() throws Exception {
    store =
        RocksStore.open(
            directory,
            FsyncPolicy.ALWAYS,
            List.of(DigestKey.PLAIN),
            heard,
            clock,
            writes ->
                () -> {
                  if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IOException("the disk could not sync");
                  }
                  writes.sync();
                });
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void turn() {
    store.runCompletions();
    store.flush();
  }

  private Version failASync() throws Exception {
    Version version = TestVersions.overwrite(store, "first", 1, 1_000);
    failing.set(1);
    store.flush();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (heard.pauses().isEmpty()) {
      assertTrue(System.nanoTime() < deadline, "no sync has failed");
      Thread.onSpinWait();
    }
    StoreException refusal =
        assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "key", 2, 10));
    assertTrue(refusal.getMessage().contains("could not sync"), refusal.getMessage());
    return version;
  }

  private void verify(Version version) throws Exception {
    Name name = Name.of("first");
    assertEquals(List.of(version), store.versions(name).asList());
    assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(name, version.dot()));
  }

  @Test
  void shouldGoOnAfterAFailedSync() throws Exception {
    final Version first = failASync();
    verify(first);
    turn();
    turn();
    heard.awaitStored(1);
    verify(first);
    TestVersions.overwrite(store, "second", 3, 10);
    store.flush();
    heard.awaitStored(2);
    assertEquals(2, store.keyCount());
    store.close();
    open();
    verify(first);
    assertEquals(2, store.keyCount());
    assertTrue(store.evidence().cleanStop());
  }

  @Test
  void shouldReadOnAndTryAgainWhileItCantBeOpenedToBeWritten() throws Exception {
    final Version first = failASync();
    Path lock = directory.resolve(RocksTables.DIRECTORY).resolve("LOCK");
    Files.delete(lock);
    Files.createDirectory(lock);
    turn();
    verify(first);
    assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "key", 4, 10));
    Files.delete(lock);
    turn();
    assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "key", 5, 10));
    clock.pass(A_MINUTE);
    turn();
    turn();
    heard.awaitStored(1);
    TestVersions.overwrite(store, "key", 6, 10);
    store.flush();
    heard.awaitStored(2);
    assertEquals(List.of(), heard.failures());
    verify(first);
  }

  /** Whether it was written is found out afterwards, and totals and sums are made to say so. */
  @Test
  void shouldSettleAChangeWhoseWriteFailed() throws Exception {
    try (RocksTables tables = RocksTables.open(directory.resolve("other"))) {
      RocksCatalog catalog = RocksCatalog.open(tables, List.of(DigestKey.PLAIN));
      putOther(tables, catalog);
      final long[] before = sumsOf(catalog);
      Name name = Name.of("key");
      Entry after = entry(1, 10);
      try (WriteBatch lost = new WriteBatch()) {
        catalog.put(lost, name, Entry.NONE, after);
      }
      catalog.settle(name, Entry.NONE, after);
      assertEquals(1, catalog.keyCount());
      assertArrayEquals(before, sumsOf(catalog));
      try (WriteBatch written = new WriteBatch()) {
        catalog.put(written, name, Entry.NONE, after);
        tables.write(written);
      }
      final long[] held = sumsOf(catalog);
      catalog.settle(name, Entry.NONE, after);
      assertEquals(2, catalog.keyCount());
      assertEquals(15, catalog.valueBytes());
      assertArrayEquals(held, sumsOf(catalog));
    }
  }

  private static long[] sumsOf(RocksCatalog catalog) {
    KeyTree.Sums sums = catalog.tree().sums(DigestKey.PLAIN.fingerprint()).orElseThrow();
    return IntStream.range(0, Partitions.COUNT)
        .mapToLong(partition -> sums.sum(partition, MirrorRange.ALL))
        .toArray();
  }

  /** Where native memory was freed, a read must not reach it. */
  @Test
  void shouldFailWhenItCantEvenBeReadAnyMore() throws Exception {
    failASync();
    Path database = directory.resolve(RocksTables.DIRECTORY);
    Path aside = directory.resolve("aside");
    Files.move(database, aside);
    Files.createFile(database);
    turn();
    assertEquals(1, heard.failures().size());
    assertThrows(DamagedIndexException.class, () -> store.versions(Name.of("first")));
    store.close();
    Files.delete(database);
    Files.move(aside, database);
    open();
    assertEquals(1, store.versions(Name.of("first")).size());
  }

  private static Entry entry(long counter, int size) {
    Version version = TestVersions.version(TestVersions.dot(counter), CausalContext.EMPTY, size);
    return new Entry(VersionSet.of(version), Set.of());
  }

  private static void putOther(RocksTables tables, RocksCatalog catalog) throws Exception {
    Entry other = entry(9, 5);
    try (WriteBatch batch = new WriteBatch()) {
      catalog.put(batch, Name.of("other"), Entry.NONE, other);
      tables.write(batch);
    }
    catalog.applied(Entry.NONE, other);
  }
}
