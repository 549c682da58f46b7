package io.volute.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final CountingSleep sleep = new CountingSleep();
  private final Doorbell doorbell = new Doorbell(sleep);
  private final Mailbox<Integer> mailbox = new Mailbox<>(4, doorbell);
  private final List<Integer> taken = new ArrayList<>();

  @Test
  void shouldGiveMessagesInOrderUpToTheLimit() {
    offer(1, 2, 3);

    assertEquals(2, mailbox.drain(2, taken::add));
    assertEquals(List.of(1, 2), taken);
    assertTrue(mailbox.hasMail());
    assertEquals(1, mailbox.drain(2, taken::add));
    assertEquals(List.of(1, 2, 3), taken);
    assertFalse(mailbox.hasMail());
    assertEquals(0, mailbox.drain(2, taken::add));
  }

  @Test
  void shouldRefuseAMessageWhenFullAndTakeOneAgainLater() {
    offer(1, 2, 3, 4);

    assertFalse(mailbox.offer(5));
    assertEquals(4, mailbox.size());
    assertEquals(1, mailbox.drain(1, taken::add));
    assertTrue(mailbox.offer(6));
    assertEquals(4, mailbox.drain(10, taken::add));
    assertEquals(List.of(1, 2, 3, 4, 6), taken);
  }

  @Test
  void shouldNotWakeWhoIsAwake() {
    offer(1, 2);

    assertEquals(0, sleep.wakes);
  }

  @Test
  void shouldNotSleepWhenThereIsMail() {
    offer(1);

    doorbell.rest(1000, mailbox::hasMail);

    assertEquals(0, sleep.sleeps);
  }

  @Test
  void shouldNotSleepWhenTheDeadlineHasPassed() {
    doorbell.rest(0, mailbox::hasMail);
    doorbell.rest(-5, mailbox::hasMail);

    assertEquals(0, sleep.sleeps);
  }

  @Test
  void shouldWakeASleeperOnce() {
    sleep.whileAsleep = () -> offer(1, 2, 3);

    doorbell.rest(1000, mailbox::hasMail);

    assertEquals(1, sleep.sleeps);
    assertEquals(1, sleep.wakes);
    sleep.whileAsleep = () -> {};
    offer(4);
    assertEquals(1, sleep.wakes, "awake again");
  }

  private void offer(int... messages) {
    for (int message : messages) {
      assertTrue(mailbox.offer(message));
    }
  }

  private static final class CountingSleep implements Sleep {
    private int sleeps;
    private int wakes;
    private Runnable whileAsleep = () -> {};

    @Override
    public void sleep(long maxMillis) {
      sleeps++;
      whileAsleep.run();
    }

    @Override
    public void wake() {
      wakes++;
    }
  }
}
