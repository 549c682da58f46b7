package io.volute.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.xnio.XnioExecutor;

class IoTimersTest {
  private final IoTimers timers = new IoTimers();
  private final Runnable first = () -> {};
  private final Runnable second = () -> {};

  @Test
  void shouldGiveTasksInTheOrderOfTheirDeadlines() {
    timers.add(second, 20, 0);
    timers.add(first, 10, 0);
    assertNull(timers.pollDue(9));
    assertEquals(1, timers.nanosToNext(9, 100));
    assertSame(first, timers.pollDue(20));
    assertSame(second, timers.pollDue(20));
    assertNull(timers.pollDue(20));
    assertEquals(100, timers.nanosToNext(20, 100));
  }

  @Test
  void shouldKeepTheOrderWhenTheClockOverflows() {
    timers.add(second, Long.MIN_VALUE + 5, 0);
    timers.add(first, Long.MAX_VALUE - 5, 0);
    assertSame(first, timers.pollDue(Long.MAX_VALUE));
    assertNull(timers.pollDue(Long.MAX_VALUE));
    assertSame(second, timers.pollDue(Long.MIN_VALUE + 5));
  }

  @Test
  void shouldForgetWhatIsRemoved() {
    XnioExecutor.Key key = timers.add(first, 10, 0);
    assertTrue(key.remove());
    assertFalse(key.remove());
    assertNull(timers.pollDue(20));
  }

  @Test
  void shouldRepeatUntilRemoved() {
    XnioExecutor.Key key = timers.add(first, 10, 5);
    assertSame(first, timers.pollDue(10));
    assertNull(timers.pollDue(14));
    assertSame(first, timers.pollDue(15));
    assertTrue(key.remove());
    assertNull(timers.pollDue(20));
  }
}
