package io.volute.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerPaceTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");

  private final PeerPace pace = new PeerPace();

  private void answers(NodeId peer, long millis, int times, long now) {
    for (int i = 0; i < times; i++) {
      pace.onAnswered(peer, millis, now);
    }
  }

  @Test
  void shouldPreferTheQuickerAndKeepTheOrderOfEquals() {
    assertEquals(List.of(C, A, B), pace.quickestFirst(List.of(C, A, B), 0));
    answers(A, 100, 5, 0);
    answers(B, 2, 5, 0);
    assertEquals(List.of(C, B, A), pace.quickestFirst(List.of(C, A, B), 0));
  }

  @Test
  void shouldTryASlowOneAgainAfterAWhile() {
    answers(A, 300, 20, 0);
    assertEquals(List.of(B, A), pace.quickestFirst(List.of(A, B), 1000));
    assertEquals(List.of(A, B), pace.quickestFirst(List.of(A, B), 60_000));
  }

  @Test
  void shouldPutAnOverloadedOneLastForAWhile() {
    pace.spare(A, 1000);
    answers(B, 100, 5, 0);
    assertEquals(List.of(C, B, A), pace.quickestFirst(List.of(A, B, C), 999));
    assertEquals(A, pace.quickestFirst(List.of(A, B, C), 1000).get(0));
  }

  @Test
  void shouldCallAPeerLateByWhatIsUsualForIt() {
    assertEquals(PeerPace.LEAST_LATE_MILLIS, pace.lateAfterMillis(A, 0));
    answers(A, 40, 100, 0);
    long usual = pace.lateAfterMillis(A, 0);
    assertTrue(usual >= 40 && usual < 60, () -> "late after " + usual);
    answers(A, 5000, 100, 0);
    assertEquals(PeerPace.MOST_LATE_MILLIS, pace.lateAfterMillis(A, 0));
  }

  @Test
  void shouldAllowFewSecondQuestionsInTheLongRun() {
    int seconds = 0;
    for (int i = 0; i < 1000; i++) {
      pace.onFirst();
      seconds += pace.maySecond() ? 1 : 0;
    }
    assertTrue(seconds >= 100 && seconds <= 125, "seconds: " + seconds);
    int atOnce = 0;
    while (pace.maySecond()) {
      atOnce++;
    }
    assertTrue(atOnce < 3);
    assertFalse(pace.maySecond());
  }
}
