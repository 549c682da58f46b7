package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.testing.Seeds;
import org.junit.jupiter.api.Test;

/** A little of what {@code scripts/fuzz} does for long. */
class DatagramFuzzTest {
  private static final int A_RUN = 10_000;

  @Test
  void shouldDeliverNothingThatNobodySentWhenThereIsAChecksum() {
    Seeds.check(
        10, random -> assertEquals(A_RUN, new DatagramFuzz(random.ofBits(60), false).run(A_RUN)));
  }

  @Test
  void shouldDeliverNothingThatNobodySentWhenThereIsAKey() {
    Seeds.check(
        5, random -> assertEquals(A_RUN, new DatagramFuzz(random.ofBits(60), true).run(A_RUN)));
  }
}
