package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecoveryProgressTest {
  private final List<Long> told = new ArrayList<>();
  private long nanos = 7;

  @Test
  void shouldTellEachSecondHowMuchIsRead() {
    RecoveryProgress progress = new RecoveryProgress(1000, told::add, () -> nanos);
    for (int i = 0; i < 10; i++) {
      nanos += TimeUnit.MILLISECONDS.toNanos(500);
      progress.read(50);
    }
    assertEquals(List.of(10L, 20L, 30L, 40L, 50L), told);
  }

  @Test
  void shouldTellNothingOfAShortStart() {
    RecoveryProgress progress = new RecoveryProgress(1000, told::add, () -> nanos);
    for (int i = 0; i < 100; i++) {
      nanos += TimeUnit.MILLISECONDS.toNanos(9);
      progress.read(10);
    }
    assertEquals(List.of(), told);
    assertEquals(100, progress.percent());
  }
}
