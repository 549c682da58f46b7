package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk on which the next map of the index, larger than all before, finds no room. */
class FullIndexTest {
  private static final int FIRST_KEYS = 64;
  private static final int NO_MORE_MAPS = 300;
  private static final int KEYS = 1_000;
  private static final long A_MINUTE = 60_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  @TempDir Path directory;

  private final ManualClock clock = new ManualClock();
  private final RecordingListener heard = new RecordingListener();
  private DurableStore store;
  private int counter;

  @BeforeEach
  void open() throws Exception {
    store =
        DurableStore.open(
            directory,
            new StoreSettings(FsyncPolicy.NEVER, 1 << 20, 64 << 10, FIRST_KEYS),
            heard,
            clock,
            new SeededDice(1));
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** What a map is named after can't be made where something else has that name. */
  private Path obstacle(int number) {
    return directory.resolve("index").resolve("%04d-%d.cm3".formatted(number, 2 * FIRST_KEYS));
  }

  private void obstruct() throws IOException {
    for (int number = 2; number < NO_MORE_MAPS; number++) {
      Files.createDirectories(obstacle(number).resolve("in the way"));
    }
  }

  /** At once: the store tries again meanwhile, and deletes what is empty. */
  private void clear() throws IOException {
    for (int number = 2; number < NO_MORE_MAPS; number++) {
      Files.move(obstacle(number), directory.resolve("out of the way " + number));
    }
  }

  private void put() throws Exception {
    TestVersions.overwrite(store, "key " + counter, counter + 1, 50);
    counter++;
    turn();
  }

  private void turn() {
    store.flush();
    store.runCompletions();
  }

  private StoreException putUntilRefused() throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      assertTrue(System.nanoTime() < deadline && counter < KEYS, "it takes " + counter + " keys");
      try {
        put();
      } catch (StoreException e) {
        return e;
      }
    }
  }

  private void readAll() throws Exception {
    for (int i = 0; i < counter; i++) {
      assertEquals(1, store.versions(Name.of("key " + i)).size(), "key " + i);
    }
    assertEquals(counter, store.list(new byte[0], Optional.empty(), KEYS * 2).size());
  }

  @Test
  void shouldRefuseChangesWhileTheIndexCantGrowAndTakeThemAgain() throws Exception {
    obstruct();
    StoreException refusal = putUntilRefused();
    assertTrue(refusal.getMessage().contains("index map"), refusal.getMessage());
    assertTrue(counter >= FIRST_KEYS, "it had room for more than " + counter);
    readAll();
    clock.pass(A_MINUTE);
    turn();
    assertThrows(StoreException.class, this::put);
    clear();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (counter < KEYS) {
      assertTrue(System.nanoTime() < deadline, "changes are refused for ever");
      clock.pass(A_MINUTE);
      turn();
      try {
        put();
      } catch (StoreException e) {
        assertTrue(e.getMessage().contains("index map"), e.getMessage());
      }
    }
    readAll();
    assertEquals(List.of(), heard.failures());
    store.close();
    open();
    readAll();
  }
}
