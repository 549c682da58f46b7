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
    assertEquals(1000 + 6 * 4 * LAN.probeIntervalMillis(), suspicion.deadAtMillis(8));
  }

  @Test
  void shouldGiveLessWithEachConfirmationAndNeverLessThanTheLeast() {
    Suspicion suspicion = new Suspicion(LAN, 100, 0);
    long before = suspicion.deadAtMillis(8);
    for (int i = 0; i < 6; i++) {
      suspicion.confirm();
      assertTrue(suspicion.deadAtMillis(8) <= before);
      before = suspicion.deadAtMillis(8);
    }
    assertEquals(2 * 4 * LAN.probeIntervalMillis(), before);
  }

  @Test
  void shouldNotWaitForConfirmationsThatNobodyCanGive() {
    assertEquals(0, Suspicion.wantedConfirmations(LAN, 3));
    assertEquals(2, Suspicion.wantedConfirmations(LAN, 4));
    assertEquals(4 * LAN.probeIntervalMillis(), new Suspicion(LAN, 3, 0).deadAtMillis(1));
  }

  @Test
  void shouldNeedOnlyTheWordOfThoseWhoAnswer() {
    Suspicion suspicion = new Suspicion(LAN, 5, 0);
    long most = 6 * 4 * LAN.probeIntervalMillis();
    assertEquals(most, suspicion.deadAtMillis(1));
    suspicion.confirm();
    assertEquals(4 * LAN.probeIntervalMillis(), suspicion.deadAtMillis(1));
    assertTrue(suspicion.deadAtMillis(2) > suspicion.deadAtMillis(1));
  }

  @Test
  void shouldWaitLongestWhenNobodyAnswers() {
    Suspicion suspicion = new Suspicion(LAN, 5, 0);
    assertEquals(6 * 4 * LAN.probeIntervalMillis(), suspicion.deadAtMillis(0));
  }

  @Test
  void shouldNotCountTheTimeInWhichThisNodeWasStopped() {
    Suspicion suspicion = new Suspicion(LAN, 3, 0);
    long before = suspicion.deadAtMillis(8);
    suspicion.postpone(700);
    assertEquals(before + 700, suspicion.deadAtMillis(8));
  }
}
