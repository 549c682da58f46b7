package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A path of 20 ms that takes 10 kB a millisecond, and whoever sends into it. */
class StandingQueueTest {
  private static final double BYTES_PER_MILLI = 10_000;
  private static final double PATH_MILLIS = 20;
  private static final double FULL_BYTES = PATH_MILLIS * BYTES_PER_MILLI;

  private final StandingQueue queue = new StandingQueue();
  private double window = FULL_BYTES;
  private long nowNanos;
  private int yields;
  private int contends;

  private static long nanos(double millis) {
    return (long) (millis * 1e6);
  }

  /** A round trip with so many bytes of others under way. */
  private double round(double othersBytes, boolean limited) {
    double millis = Math.max(PATH_MILLIS, (window + othersBytes) / BYTES_PER_MILLI);
    nowNanos += nanos(millis);
    switch (queue.onRound(nanos(millis), (long) window, limited, nowNanos)) {
      case YIELD -> {
        yields++;
        window *= queue.yieldFactor();
      }
      case CONTEND -> contends++;
      case GO_ON -> window += 1400;
    }
    return millis;
  }

  @Test
  void shouldKeepAQueueShortWhenItIsOurOwn() {
    double longest = 0;
    double shortestWindow = window;
    for (int i = 0; i < 2000; i++) {
      longest = Math.max(longest, round(0, true));
      shortestWindow = Math.min(shortestWindow, window);
    }

    assertTrue(yields > 10, yields + " yields");
    assertEquals(0, contends);
    assertTrue(longest < 1.7 * PATH_MILLIS, longest + " ms");
    assertTrue(shortestWindow >= FULL_BYTES, "the path is always full");
  }

  @Test
  void shouldContendWhenOthersFillTheQueue() {
    round(0, true);
    int rounds = 0;
    while (contends == 0 && rounds < 100) {
      round(5 * FULL_BYTES, true);
      rounds++;
    }

    assertEquals(1, contends);
    assertTrue(yields <= 2, yields + " yields");
    assertTrue(queue.isContending());
    int before = yields;
    while (nowNanos < TimeUnit.SECONDS.toNanos(11)) {
      round(5 * FULL_BYTES, true);
    }
    assertEquals(before, yields, "no yield while it contends");
    for (int i = 0; i < 60; i++) {
      round(0, true);
    }
    assertFalse(queue.isContending());
  }

  @Test
  void shouldSayNothingWhenTheWindowIsNotInUse() {
    round(0, true);
    for (int i = 0; i < 100; i++) {
      round(5 * FULL_BYTES, false);
    }

    assertEquals(0, yields + contends);
  }

  @Test
  void shouldForgetThePathWhenItChanges() {
    queue.onRound(nanos(1), 1000, true, 1);
    queue.onNewPath();
    for (int i = 0; i < 100; i++) {
      round(0, true);
    }

    assertEquals(0, contends);
  }
}
