package io.volute.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Races of producers against a consumer that falls asleep. The consumer has no deadline: one lost
 * wake-up and it sleeps on, so that the test runs into its time limit.
 */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostWakeUpTest {
  private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);
  private static final int PRODUCERS = 3;

  private final Doorbell doorbell = new Doorbell(new ParkedSleep());
  private final Mailbox<Long> mailbox = new Mailbox<>(64, doorbell);
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong sum = new AtomicLong();
  private final AgentRunner runner =
      new AgentRunner(new Consumer(), doorbell, (role, failure) -> failure.printStackTrace());

  @AfterEach
  void close() {
    assertTrue(runner.close(5000));
  }

  @Test
  void shouldWakeForEachMessageThatComesAlone() {
    runner.start();
    long end = System.nanoTime() + RUN_NANOS;
    long sent = 0;
    while (System.nanoTime() < end) {
      assertTrue(mailbox.offer(1L));
      sent++;
      // Waiting for it lets the consumer run out of work, so the next message meets it anywhere
      // between its last look and its sleep.
      awaitTaken(sent);
      for (int i = 0; i < sent % 64; i++) {
        Thread.onSpinWait();
      }
    }
    assertEquals(sent, taken.get());
  }

  @Test
  void shouldTakeEveryMessageOfManyProducersInBursts() throws Exception {
    runner.start();
    long end = System.nanoTime() + RUN_NANOS;
    AtomicLong offered = new AtomicLong();
    AtomicLong offeredSum = new AtomicLong();
    List<Thread> producers = new ArrayList<>();
    for (int i = 0; i < PRODUCERS; i++) {
      Thread producer = new Thread(() -> produceUntil(end, offered, offeredSum), "producer " + i);
      producers.add(producer);
      producer.start();
    }
    for (Thread producer : producers) {
      producer.join();
    }
    awaitTaken(offered.get());
    assertEquals(offeredSum.get(), sum.get());
  }

  private void produceUntil(long end, AtomicLong offered, AtomicLong offeredSum) {
    long message = 0;
    while (System.nanoTime() < end) {
      for (int burst = 0; burst < 10; burst++) {
        message++;
        if (mailbox.offer(message)) {
          offered.incrementAndGet();
          offeredSum.addAndGet(message);
        }
      }
      Thread.onSpinWait();
    }
  }

  private void awaitTaken(long count) {
    while (taken.get() < count) {
      assertFalse(Thread.currentThread().isInterrupted(), "time is over: a wake-up was lost");
      Thread.onSpinWait();
    }
  }

  private final class Consumer implements Agent {
    @Override
    public String roleName() {
      return "consumer";
    }

    @Override
    public int doWork() {
      return mailbox.drain(
          8,
          message -> {
            sum.addAndGet(message);
            taken.incrementAndGet();
          });
    }

    @Override
    public boolean hasWork() {
      return mailbox.hasMail();
    }

    @Override
    public long restMillis() {
      return TimeUnit.HOURS.toMillis(1);
    }
  }
}
