package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Condition;
import io.volute.settings.Tuning;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change that has begun when the only other owner that can be reached falls silent. */
class LateCopyStoryTest {
  private static final String KEY = "k";
  private static final long SOON_MILLIS = 1000;

  private final SimCluster cluster = new SimCluster(3);
  private final List<String> order = cluster.preference(KEY);
  private final String first = order.get(0);
  private final String second = order.get(1);
  private final String third = order.get(2);
  private Answer answer;

  @BeforeEach
  void beginAChange() {
    cluster.freeze(third);
    ReachablePeers.awaitMost(cluster, first, 1);
    cluster.freeze(second);
    cluster.begin(
        first,
        SimCluster.change(KEY, "late", Optional.empty(), AckLevel.QUORUM, Condition.NONE),
        given -> answer = given);
    // It looks at what others have first.
    cluster.pass(2 * Tuning.DEFAULT.forwardPatienceMillis());
    assertNull(answer, () -> "answered without anybody else: " + answer);
  }

  /** As in a rolling restart, where one goes while another has just come back. */
  @Test
  void shouldTurnToAnOwnerThatComesBackMeanwhile() {
    cluster.thaw(third);
    cluster.pass(SOON_MILLIS);
    assertInstanceOf(Answer.Written.class, answer, () -> "" + answer);
    assertEquals(List.of("late"), cluster.held(third, KEY));
  }

  @Test
  void shouldSucceedOnceTheOtherOwnerIsBack() {
    ReachablePeers.awaitMost(cluster, first, 0);
    cluster.pass(SOON_MILLIS);
    assertNull(answer, () -> "answered before one was back: " + answer);
    cluster.thaw(second);
    cluster.pass(SOON_MILLIS);
    assertInstanceOf(Answer.Written.class, answer, () -> "" + answer);
    assertEquals(List.of("late"), cluster.held(second, KEY));
  }

  @Test
  void shouldSayByItsDeadlineThatTheOutcomeIsUnknown() {
    cluster.pass(Tuning.DEFAULT.operationDeadlineMillis());
    Answer.Refused refused = assertInstanceOf(Answer.Refused.class, answer, () -> "" + answer);
    assertEquals(Answer.Outcome.UNKNOWN, refused.outcome());
    assertTrue(refused.explanation().startsWith("1 of the 2 copies"), refused.explanation());
  }
}
