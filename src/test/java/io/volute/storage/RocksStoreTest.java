package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest extends StoreContract {
  /** Of the high byte of the length in a record's head: the checksum is before it. */
  private static final int LENGTH_OFFSET = 5;

  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final int MOST_COPIES = 100;

  @TempDir Path directory;
  private int moves;

  @Override
  StoreEngine open() throws Exception {
    return open(current(), listener);
  }

  /** Where the store is now: it moves with each unclean stop. */
  private Path current() {
    return directory.resolve("store-" + moves);
  }

  private RocksStore open(Path directory, RecordingListener listener) throws Exception {
    return RocksStore.open(directory, FsyncPolicy.ALWAYS, digestKeys, listener, new SystemClock());
  }

  @Override
  StoreEngine reopen(boolean inOrder) throws Exception {
    if (inOrder) {
      store.close();
      return open(current(), new RecordingListener());
    }
    // What a killed process leaves: a copy of the files as they are. The lock goes with it.
    Path left = current();
    moves++;
    copy(left, current());
    store.close();
    return open(current(), new RecordingListener());
  }

  /** As at one moment: a copy during which files have come or gone is made anew. */
  private static void copy(Path left, Path to) throws IOException {
    for (int attempt = 1; !copyOnce(left, to); attempt++) {
      assertTrue(attempt < MOST_COPIES, "files come and go all the time");
      try (Stream<Path> files = Files.walk(to)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static boolean copyOnce(Path left, Path to) throws IOException {
    try {
      List<Path> before = filesIn(left);
      for (Path file : before) {
        Path target = to.resolve(left.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
      return filesIn(left).equals(before);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!done.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it takes too long");
      store.runCompletions();
      store.flush();
    }
  }

  @Test
  void shouldHoldTheSameAfterAnOrderlyStopAndAfterNone() throws Exception {
    List<Version> siblings =
        List.of(
            TestVersions.addSibling(store, "key", 1, 10),
            TestVersions.addSibling(store, "key", 2, 40_000),
            TestVersions.addSibling(store, "key", 3, 0));
    TestVersions.overwrite(store, "gone", 4, 10);
    store.remove(Name.of("gone"));
    store.putNote("note", new byte[] {1, 2});
    store.putNote("gone", new byte[] {1, 2});
    store.removeNote("gone");
    store.flush();
    for (boolean inOrder : new boolean[] {true, false}) {
      RocksStore again = (RocksStore) reopen(inOrder);
      store = again;
      assertEquals(VersionSet.of(siblings), store.versions(Name.of("key")));
      for (Version version : siblings) {
        assertEquals(
            Optional.of(TestVersions.valueOf(version)), store.value(Name.of("key"), version.dot()));
      }
      assertEquals(1, store.keyCount());
      assertEquals(40_010, store.valueBytes());
      assertArrayEquals(new byte[] {1, 2}, store.note("note").orElseThrow());
      assertTrue(store.note("gone").isEmpty());
      assertEquals(new StoreEvidence(true, inOrder, false, false), again.evidence());
    }
  }

  @Test
  void shouldRefuseASecondUserWhileOpen() throws Exception {
    assertThrows(StoreLockedException.class, this::open);
  }

  @Test
  void shouldRefuseTheHomeOfAnotherEngineEitherWay() throws Exception {
    TestVersions.overwrite(store, "key", 1, 10);
    store.close();
    StoreException refusal =
        assertThrows(
            StoreException.class,
            () ->
                DurableStore.open(
                    current(),
                    StoreSettings.withFsync(FsyncPolicy.NEVER),
                    new RecordingListener(),
                    new SystemClock(),
                    new SeededDice(1)));
    assertTrue(refusal.getMessage().contains("--store rocksdb"), refusal.getMessage());
    Path other = directory.resolve("other");
    DurableStore log =
        DurableStore.open(
            other,
            StoreSettings.withFsync(FsyncPolicy.NEVER),
            new RecordingListener(),
            new SystemClock(),
            new SeededDice(1));
    log.putNote("note", new byte[0]);
    log.close();
    refusal = assertThrows(StoreException.class, () -> open(other, new RecordingListener()));
    assertTrue(refusal.getMessage().contains("--store log"), refusal.getMessage());
    store = open();
  }

  @Test
  void shouldFindDamageInADatabaseFileAndNeverServeIt() throws Exception {
    Version version = TestVersions.overwrite(store, "key", 1, 30_000);
    store.close();
    // Closing leaves the log; opening it makes files of it.
    store = open();
    store.close();
    Path file = largest(current().resolve(RocksTables.DIRECTORY));
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 8;
    Files.write(file, content);
    RecordingListener heard = new RecordingListener();
    try {
      store = open(current(), heard);
    } catch (StoreException e) {
      assertTrue(e.getMessage().toLowerCase(Locale.ROOT).contains("corrupt"));
      Files.delete(file);
      Files.createDirectories(directory.resolve("new"));
      store = open(directory.resolve("new"), heard);
      return;
    }
    assertThrows(StoreException.class, () -> store.value(Name.of("key"), version.dot()));
    store.beginScrub();
    await(() -> !store.scrubProgress().underWay());
    assertTrue(store.scrubProgress().damagedPlaces() > 0);
    assertEquals(1, store.scrubProgress().damagedVersions());
    assertEquals(List.of("key 1"), heard.damaged());
    store.put(
        Name.of("key"), version, TestVersions.valueOf(version), store.versions(Name.of("key")));
    assertEquals(
        Optional.of(TestVersions.valueOf(version)), store.value(Name.of("key"), version.dot()));
  }

  private static Path largest(Path directory) throws IOException {
    Path largest = directory;
    long size = -1;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".sst")).toList()) {
        if (Files.size(file) > size) {
          size = Files.size(file);
          largest = file;
        }
      }
    }
    return largest;
  }

  @Test
  void shouldCopyWhatIsHeldWhileItGoesOn() throws Exception {
    final Version small = TestVersions.overwrite(store, "key", 1, 100);
    Name large = Name.of("large");
    Version version = TestVersions.version(TestVersions.dot(2), CausalContext.EMPTY, 150_000);
    Value.Blob blob =
        TestBlobs.make(store, large, new BlobId(1, 2), TestVersions.valueOf(version).bytes());
    store.put(large, version, blob, VersionSet.of(version));
    AtomicReference<BackupResult> result = new AtomicReference<>();
    Path target = directory.resolve("backup");
    store.beginBackup(target, result::set);
    store.remove(large);
    await(() -> result.get() != null);
    assertEquals("", result.get().failure());
    TestVersions.overwrite(store, "key", 3, 100);
    RocksStore copy = open(target, new RecordingListener());
    assertEquals(VersionSet.of(small), copy.versions(Name.of("key")));
    for (Version held : copy.versions(large)) {
      Value value = copy.value(large, held.dot()).orElseThrow();
      assertEquals(Optional.of(TestVersions.valueOf(version)), TestBlobs.whole(copy, value));
    }
    assertFalse(copy.evidence().cleanStop());
    copy.close();
  }

  /**
   * What a loss of power may leave of the library's log: all that was synced, and any part of the
   * rest, torn. Its other files it syncs itself before it relies on them.
   */
  @Test
  void shouldHoldWhatWasStoredWhereverALossOfPowerEndsItsLog() throws Exception {
    for (int i = 1; i <= 30; i++) {
      TestVersions.overwrite(store, "key " + i, i, 100);
    }
    long sequence = store.putNote("note", new byte[] {1});
    store.flush();
    listener.awaitStored(sequence);
    Path log = newestLog();
    final long synced = Files.size(log);
    for (int i = 31; i <= 40; i++) {
      TestVersions.overwrite(store, "key " + i, i, 100);
    }
    byte[] written = Files.readAllBytes(log);
    assertTrue(written.length > synced, "it is written when it is put");
    for (int end = (int) synced; end <= written.length; end += 97) {
      byte[] left = Arrays.copyOf(written, end);
      boolean torn = end - synced > 60;
      if (torn) {
        left[end - 50] ^= 1;
      }
      Path place = directory.resolve("left-" + end);
      copy(current(), place);
      Files.write(place.resolve(RocksTables.DIRECTORY).resolve(log.getFileName()), left);
      RocksStore again = open(place, new RecordingListener());
      boolean ended = false;
      for (int i = 1; i <= 40; i++) {
        boolean held = !again.versions(Name.of("key " + i)).isEmpty();
        assertTrue(held || i > 30, "key " + i + " is lost with a log of " + end + " bytes");
        assertFalse(held && ended, "key " + i + " is there without those before");
        ended = !held;
      }
      assertTrue(again.note("note").isPresent());
      assertTrue(!again.evidence().damaged() || torn, "cut short is not damaged");
      again.close();
    }
  }

  /** With a bit of its length flipped the last record is one that a crash cut short. */
  @Test
  void shouldTellThatItsLogEndedInARecordThatWasNotWhole() throws Exception {
    TestVersions.overwrite(store, "key 1", 1, 100);
    Path log = newestLog();
    final int end = (int) Files.size(log);
    TestVersions.overwrite(store, "key 2", 2, 100);
    byte[] left = Files.readAllBytes(log);
    assertTrue(left.length > end, "it is written when it is put");
    left[end + LENGTH_OFFSET] ^= 64;
    Path place = directory.resolve("left");
    copy(current(), place);
    Files.write(place.resolve(RocksTables.DIRECTORY).resolve(log.getFileName()), left);
    for (boolean hasBegunALife : new boolean[] {false, true}) {
      RocksStore again = open(place, new RecordingListener());
      assertEquals(1, again.versions(Name.of("key 1")).size());
      assertTrue(again.versions(Name.of("key 2")).isEmpty());
      assertTrue(again.evidence().tailCut(), "of which others may have heard");
      assertFalse(again.evidence().damaged());
      if (hasBegunALife) {
        again.runCompletions();
      }
      again.close();
    }
    RocksStore again = open(place, new RecordingListener());
    assertFalse(again.evidence().tailCut());
    again.close();
  }

  private Path newestLog() throws IOException {
    try (Stream<Path> files = Files.list(current().resolve(RocksTables.DIRECTORY))) {
      return files
          .filter(one -> one.toString().endsWith(".log"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }
}
