package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The files of the names can't be written for a while, though the log can. */
class UnwritableNamesTest {
  private static final byte[] EVERYTHING = {};
  private static final int MAX_RECENT = 50;
  private static final long A_MINUTE = 60_000;

  /** As long as may be, so that few make a batch. */
  private static final String LONG = "x".repeat(1000);

  private static final int PAGE = 20_000;
  private static final int MOST_CHANGES = 100_000;
  private static final int CHANGES_A_TURN = 256;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final RecordingListener heard = new RecordingListener();
  private final ManualClock clock = new ManualClock();
  private boolean failing;

  /** The simulated disk, with a directory in which no file can be made while it fails. */
  private Disk failingDisk() {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (failing
                  && method.getName().equals("create")
                  && ((String) arguments[0]).startsWith(NameRun.DIRECTORY)) {
                throw new IOException("no file can be made");
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void shouldFindEverythingWhileNothingCanBeWritten() throws Exception {
    NameOrder order =
        NameOrder.create(
            failingDisk(), NameRun.DIRECTORY, Background.inline().executor(), MAX_RECENT);
    failing = true;
    int count = 0;
    while (!order.isOverfull()) {
      order.add(Name.of("name " + count++));
    }
    assertTrue(order.failure().contains("no file can be made"), order.failure());
    order.add(Name.of("name " + count++));
    order.tryAgain();
    assertTrue(order.isOverfull());
    assertEquals(count, order.list(EVERYTHING, Optional.empty(), PAGE).size());
    failing = false;
    order.tryAgain();
    assertFalse(order.isOverfull());
    assertEquals(count, order.list(EVERYTHING, Optional.empty(), PAGE).size());
    assertTrue(order.runCount() > 0);
  }

  @Test
  void shouldNotHoldMoreThanItMay() throws Exception {
    NameOrder order =
        NameOrder.create(
            failingDisk(), NameRun.DIRECTORY, Background.inline().executor(), MAX_RECENT);
    failing = true;
    int[] count = {0};
    assertThrows(
        IOException.class,
        () -> {
          while (count[0] < PAGE) {
            order.add(Name.of("name " + count[0]++));
          }
        });
    assertTrue(count[0] < 8 * MAX_RECENT, count[0] + " names in memory");
  }

  private void turn(DurableStore store) {
    store.runCompletions();
    store.flush();
    store.syncNow();
  }

  @Test
  void shouldTakeChangesAgainOnceTheyCanBeWritten() throws Exception {
    StoreSettings settings = StoreSettings.withFsync(FsyncPolicy.ALWAYS);
    DurableStore store =
        DurableStore.openStepped(failingDisk(), settings, heard, clock, new SeededDice(1));
    failing = true;
    int[] count = {0};
    StoreException refusal =
        assertThrows(
            StoreException.class,
            () -> {
              while (count[0] < MOST_CHANGES) {
                TestVersions.overwrite(store, LONG + count[0], count[0] + 1, 1);
                if (++count[0] % CHANGES_A_TURN == 0) {
                  turn(store);
                }
              }
            });
    assertTrue(refusal.getMessage().contains("no file can be made"), refusal.getMessage());
    turn(store);
    assertEquals(count[0], heard.stored(), "what was taken is durable");
    assertEquals(count[0], store.keyCount());
    assertThrows(StoreException.class, () -> TestVersions.overwrite(store, "one", 1 << 20, 1));
    failing = false;
    clock.pass(A_MINUTE);
    turn(store);
    turn(store);
    TestVersions.overwrite(store, "one", 1 << 20, 1);
    turn(store);
    assertEquals(List.of(), heard.failures());
    assertEquals(count[0] + 1, store.keyCount());
    assertEquals(1, store.list(TestVersions.utf8("one"), Optional.empty(), 5).size());
    store.close();
  }
}
