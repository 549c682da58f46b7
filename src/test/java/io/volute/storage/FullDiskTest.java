package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.volute.causal.CausalContext;
import io.volute.hashing.DigestKey;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real file system that is full again and again. It is made in memory, which takes root; without
 * that the simulated disk has to do.
 */
class FullDiskTest {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int ROUNDS = 3;
  private static final int CHANGES = 1_500;
  private static final int BLOB_BYTES = 200_000;

  /** One map is enough, so that none is being made when the last of the room goes. */
  private static final int INDEX_KEYS = 8 << 10;

  /** The index has pages to fill until the store has looked at the room again. */
  private static final long AT_FIRST_LEFT_BYTES = 12L << 20;

  @TempDir Path directory;

  private final TreeMap<Name, Version> model = new TreeMap<>();
  private RecordingListener heard = new RecordingListener();
  private boolean mounted;
  private StoreEngine store;
  private long counter;

  @BeforeEach
  void mount() throws Exception {
    mounted = command("mount", "-t", "tmpfs", "-o", "size=224m", "tmpfs", directory.toString());
    assumeTrue(mounted, "no file system can be mounted here");
  }

  @AfterEach
  void unmount() throws Exception {
    if (store != null) {
      store.close();
    }
    if (mounted) {
      assertTrue(command("umount", "-l", directory.toString()));
    }
  }

  private static boolean command(String... words) throws InterruptedException {
    try {
      return new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void open(String engine) throws Exception {
    Path home = directory.resolve("store");
    store =
        engine.equals("rocksdb")
            ? RocksStore.open(
                home, FsyncPolicy.NEVER, List.of(DigestKey.PLAIN), heard, new SystemClock())
            : DurableStore.open(
                home,
                new StoreSettings(FsyncPolicy.NEVER, 2 << 20, 64 << 10, INDEX_KEYS, 700),
                heard,
                new SystemClock(),
                new SeededDice(1));
  }

  private void turn() {
    store.flush();
    store.runCompletions();
  }

  private void await(String what, BooleanSupplier done) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!done.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what);
      turn();
    }
  }

  /** Another key, or one that is there. */
  private void put(int size) throws StoreException {
    Name name = Name.of("key " + ++counter * 7919 % (2 * CHANGES));
    Version version = TestVersions.version(TestVersions.dot(counter), replaced(name), size);
    Value value = TestVersions.valueOf(version);
    if (size == BLOB_BYTES) {
      value = TestBlobs.make(store, name, new BlobId(1, counter), value.bytes());
    }
    store.put(name, version, value, VersionSet.of(version));
    model.put(name, version);
  }

  private CausalContext replaced(Name name) {
    VersionSet before = store.versions(name);
    return before.isEmpty() ? CausalContext.EMPTY : before.context();
  }

  private boolean isTaken(int size) {
    try {
      put(size);
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  private void fillTo(long leftBytes) throws IOException {
    Path filler = directory.resolve("filler");
    ByteBuffer zeros = ByteBuffer.allocate(64 << 10);
    try (FileChannel file =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (directory.toFile().getUsableSpace() > leftBytes) {
        file.write(zeros.clear());
      }
    } catch (IOException e) {
      // That was the last of it.
      assertTrue(directory.toFile().getUsableSpace() <= leftBytes, e.getMessage());
    }
  }

  private void readAll() throws StoreException {
    for (var key : model.entrySet()) {
      Version version = key.getValue();
      assertEquals(VersionSet.of(version), store.versions(key.getKey()));
      Value value = store.value(key.getKey(), version.dot()).orElseThrow();
      assertEquals(Optional.of(TestVersions.valueOf(version)), TestBlobs.whole(store, value));
    }
    assertEquals(model.size(), store.list(new byte[0], Optional.empty(), Integer.MAX_VALUE).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"log", "rocksdb"})
  void shouldReadOnAFullDiskAndWriteAgainAfterwards(String engine) throws Exception {
    open(engine);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < CHANGES; i++) {
        put(i % 500 == 0 ? BLOB_BYTES : 700);
        if (i % 50 == 0) {
          turn();
        }
      }
      // What is not in files yet has to be written to the full disk.
      fillTo(AT_FIRST_LEFT_BYTES);
      await("changes are taken on a full disk", () -> !isTaken(700));
      fillTo(0);
      for (int i = 0; i < 30; i++) {
        turn();
        assertThrows(StoreException.class, () -> put(700));
      }
      assertThrows(StoreException.class, () -> put(BLOB_BYTES));
      backUp("full " + round);
      readAll();
      Files.delete(directory.resolve("filler"));
      await("changes are refused for ever", () -> isTaken(700));
      await("blobs are refused for ever", () -> isTaken(BLOB_BYTES));
    }
    backUp("in the end");
    readAll();
    assertEquals(List.of(), heard.failures());
    store.close();
    heard = new RecordingListener();
    open(engine);
    readAll();
    assertEquals(List.of(), heard.damaged());
  }

  /** It may fail, but has to end. */
  private void backUp(String name) {
    AtomicReference<Optional<BackupResult>> result = new AtomicReference<>(Optional.empty());
    try {
      store.beginBackup(directory.resolve(name), done -> result.set(Optional.of(done)));
    } catch (StoreException e) {
      // It is a change, in its way.
      return;
    }
    await("the backup does not end", () -> result.get().isPresent());
  }
}
