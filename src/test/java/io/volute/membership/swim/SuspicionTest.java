package io.volute.membership.swim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.settings.NetworkTuning;
import org.junit.jupiter.api.Test;

class SuspicionTest {
  private static final NetworkTuning LAN = NetworkTuning.LAN;

  @Test
  void shouldGiveMostTimeToTheSuspectOfALoneAccuser() {
    Suspicion suspicion = new Suspicion(LAN, 10, 1000);
    assertEquals(1000 + 6 * 4 * LAN.probeIntervalMillis(), suspicion.deadAtMillis());
  }

  @Test
  void shouldGiveLessWithEachConfirmationAndNeverLessThanTheLeast() {
    Suspicion suspicion = new Suspicion(LAN, 100, 0);
    long before = suspicion.deadAtMillis();
    for (int i = 0; i < 6; i++) {
      suspicion.confirm();
      assertTrue(suspicion.deadAtMillis() <= before);
      before = suspicion.deadAtMillis();
    }
    assertEquals(2 * 4 * LAN.probeIntervalMillis(), before);
  }

  @Test
  void shouldNotWaitForConfirmationsThatNobodyCanGive() {
    assertEquals(0, Suspicion.expectedConfirmations(LAN, 3));
    assertEquals(2, Suspicion.expectedConfirmations(LAN, 4));
    assertEquals(4 * LAN.probeIntervalMillis(), new Suspicion(LAN, 3, 0).deadAtMillis());
  }

  @Test
  void shouldNotCountTheTimeInWhichThisNodeWasStopped() {
    Suspicion suspicion = new Suspicion(LAN, 3, 0);
    long before = suspicion.deadAtMillis();
    suspicion.postpone(700);
    assertEquals(before + 700, suspicion.deadAtMillis());
  }
}
