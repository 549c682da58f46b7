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
  private int resumes;
  private int looks;
  private boolean isLooking;
  private double windowBeforeYield;

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
        if (queue.isFirstYield()) {
          windowBeforeYield = window;
        }
        isLooking = queue.yieldFactor() == 0;
        looks += isLooking ? 1 : 0;
        window = Math.max(2800, window * queue.yieldFactor());
      }
      case RESUME -> {
        resumes++;
        window = windowBeforeYield;
      }
      case CONTEND -> contends++;
      case REFILL -> {
        isLooking = false;
        window = queue.refillBytes();
      }
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
      shortestWindow = isLooking ? shortestWindow : Math.min(shortestWindow, window);
    }

    assertTrue(yields > 10, yields + " yields");
    assertEquals(0, contends);
    assertTrue(longest < 1.7 * PATH_MILLIS, longest + " ms");
    assertTrue(shortestWindow >= FULL_BYTES, "the path is always full");
    assertTrue(looks >= 2 && looks <= 4, looks + " looks at the path in a minute");
  }

  @Test
  void shouldLookAtThePathWhenItCameToAQueueOfAnother() {
    // Another holds a queue of 30 ms, and goes on to hold some of it while we look.
    double others = 2 * FULL_BYTES;
    assertEquals(50, round(others + FULL_BYTES / 2, true) - PATH_MILLIS, 1);
    for (int i = 0; i < 1000 && looks == 0; i++) {
      round(others, true);
    }
    assertTrue(isLooking);
    double longest = 0;
    for (int i = 0; i < 200; i++) {
      longest = Math.max(longest, round(0, true));
    }

    assertTrue(longest < 1.7 * PATH_MILLIS, longest + " ms");
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
    assertTrue(yields <= 3, yields + " yields, the last one to ask once more");
    assertTrue(queue.isContending());
    int before = yields;
    while (nowNanos < TimeUnit.SECONDS.toNanos(10)) {
      round(5 * FULL_BYTES, true);
    }
    assertEquals(before + 1, yields, "no yield while it contends, but for a question");
  }

  @Test
  void shouldAskWhoseQueueItIsWhileItContends() {
    contend();
    double before = window;
    while (nowNanos < TimeUnit.SECONDS.toNanos(60)) {
      round(3 * FULL_BYTES, true);
    }

    assertTrue(queue.isContending());
    assertTrue(resumes >= 5 && resumes <= 7, resumes + " questions in a minute");
    assertTrue(window >= before, "what a question takes comes back");
  }

  @Test
  void shouldStopContendingWhenTheOthersAreGone() {
    contend();
    window = 3 * FULL_BYTES;
    long untilNanos = nowNanos + TimeUnit.SECONDS.toNanos(15);
    while (nowNanos < untilNanos) {
      round(0, true);
    }

    assertFalse(queue.isContending());
    double longest = 0;
    for (int i = 0; i < 100; i++) {
      longest = Math.max(longest, round(0, true));
    }
    assertTrue(longest < 1.7 * PATH_MILLIS, longest + " ms");
  }

  @Test
  void shouldNotTakeOneLossOfAnotherForItsEnd() {
    contend();
    window = FULL_BYTES;
    double others = 2 * FULL_BYTES;
    int before = yields;
    while (nowNanos < TimeUnit.SECONDS.toNanos(60) && resumes < 3) {
      boolean isLosing = resumes == 1 && yields > before + 1;
      round(isLosing ? 0 : others, true);
      window = Math.min(window, FULL_BYTES);
    }

    assertTrue(queue.isContending());
  }

  /** Meets others, who fill the queue. */
  private void contend() {
    round(0, true);
    for (int i = 0; i < 100 && contends == 0; i++) {
      round(5 * FULL_BYTES, true);
    }
    assertEquals(1, contends);
    resumes = 0;
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
