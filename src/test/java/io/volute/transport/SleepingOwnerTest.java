package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SleepingOwnerTest {
  private static final NodeId ALICE = new NodeId("alice");
  private static final NodeId BOB = new NodeId("bob");
  private static final long FOREVER_MILLIS = TimeUnit.HOURS.toMillis(1);

  private DatagramTransport alice;

  @BeforeEach
  void open() throws Exception {
    alice = DatagramTransport.open("127.0.0.1", 0, ALICE, 1, node -> true);
  }

  @AfterEach
  void close() {
    alice.close();
  }

  @Test
  void shouldWaitUntilTheTimeIsOver() {
    long start = System.nanoTime();
    alice.await(50);

    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(millis >= 45 && millis < 5000, millis + " ms");
  }

  @Test
  void shouldNotWaitWithoutTime() {
    alice.await(0);
    alice.await(-1);
  }

  @Test
  void shouldEndTheNextWaitWhenWokenBeforeIt() {
    alice.wakeup();
    alice.wakeup();
    alice.await(FOREVER_MILLIS);

    long start = System.nanoTime();
    alice.await(50);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(millis >= 45, "one wake-up ends one wait, but the second took " + millis + " ms");
  }

  @Test
  void shouldWakeForADatagram() throws Exception {
    try (DatagramTransport bob = DatagramTransport.open("127.0.0.1", 0, BOB, 2, node -> true)) {
      Thread sleeper = new Thread(() -> alice.await(FOREVER_MILLIS));
      sleeper.start();
      Thread.sleep(20);
      int port = alice.localAddress().getPort();
      bob.send(new Endpoint(ALICE, new HostPort("127.0.0.1", port)), new Message.Probe(1));
      bob.flush();
      sleeper.join(5000);

      assertEquals(Thread.State.TERMINATED, sleeper.getState());
      assertEquals(1, alice.poll((from, message) -> {}, 10));
    }
  }

  @Test
  void shouldLoseNoWakeUp() {
    AtomicLong asked = new AtomicLong();
    AtomicLong seen = new AtomicLong();
    Thread owner =
        new Thread(
            () -> {
              while (seen.get() >= 0) {
                alice.await(FOREVER_MILLIS);
                seen.updateAndGet(before -> before < 0 ? before : asked.get());
              }
            },
            "owner");
    owner.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    long round = 0;
    while (System.nanoTime() < end) {
      asked.set(++round);
      alice.wakeup();
      while (seen.get() < round) {
        assertFalse(Thread.currentThread().isInterrupted(), "time is over: a wake-up was lost");
        Thread.onSpinWait();
      }
      for (int i = 0; i < round % 64; i++) {
        Thread.onSpinWait();
      }
    }
    seen.set(-1);
    alice.wakeup();
    assertTrue(joins(owner));
  }

  private static boolean joins(Thread thread) {
    try {
      thread.join(5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
