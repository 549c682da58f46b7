package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Name;
import io.volute.settings.NetworkTuning;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member that answers nobody for a moment, at the very time when another one is away. */
class PauseStoryTest {
  private static final String KEY = "k";
  private static final long PAUSE_MILLIS = NetworkTuning.LAN.contactTimeoutMillis() / 2;
  private static final long AT_ONCE_MILLIS = 20;

  private final SimCluster cluster = new SimCluster(3);
  private final List<String> order = cluster.preference(KEY);
  private final String last = order.get(2);
  private Answer answer;

  /** Until the last member counts on neither of the others any more. */
  @BeforeEach
  void pauseTheOthers() {
    assertInstanceOf(Answer.Written.class, cluster.write(last, KEY, "before", AckLevel.ALL));
    cluster.freeze(order.get(0));
    cluster.freeze(order.get(1));
    ReachablePeers.awaitMost(cluster, last, 0);
  }

  private void ask(Command command) {
    answer = null;
    cluster.begin(last, command, given -> answer = given);
  }

  private static Command write(AckLevel level, Condition condition) {
    return SimCluster.change(KEY, "after", Optional.empty(), level, condition);
  }

  private void shouldBeAnsweredOnceOneIsBack(Command command, Class<? extends Answer> expected) {
    ask(command);
    cluster.pass(PAUSE_MILLIS);
    assertNull(answer, () -> "answered before one was back: " + answer);
    cluster.thaw(order.get(1));
    cluster.pass(PAUSE_MILLIS);
    assertInstanceOf(expected, answer, () -> "" + answer);
  }

  @Test
  void shouldMakeAChangeOnceAMemberIsBackThatWasLostAMomentAgo() {
    shouldBeAnsweredOnceOneIsBack(write(AckLevel.QUORUM, Condition.NONE), Answer.Written.class);
    assertEquals(List.of("after"), cluster.held(order.get(1), KEY));
  }

  @Test
  void shouldMakeAConditionalChangeOnceAMemberIsBackThatWasLostAMomentAgo() {
    shouldBeAnsweredOnceOneIsBack(
        write(AckLevel.QUORUM, new Condition.Exists()), Answer.Written.class);
  }

  @Test
  void shouldReadOnceAMemberIsBackThatWasLostAMomentAgo() {
    shouldBeAnsweredOnceOneIsBack(
        new Command.Read(Name.of(KEY), Optional.empty(), AckLevel.QUORUM, Command.Values.ALL),
        Answer.Found.class);
  }

  @Test
  void shouldNotWaitForLostMembersWhenItCanDoWithout() {
    ask(write(AckLevel.ONE, Condition.NONE));
    cluster.pass(AT_ONCE_MILLIS);
    assertInstanceOf(Answer.Written.class, answer, () -> "" + answer);
  }

  @Test
  void shouldRefuseAtOnceWhenMembersAreAwayForLonger() {
    cluster.pass(2 * NetworkTuning.LAN.contactTimeoutMillis());
    for (Command command :
        List.of(
            write(AckLevel.QUORUM, Condition.NONE),
            new Command.Read(
                Name.of(KEY), Optional.empty(), AckLevel.QUORUM, Command.Values.ALL))) {
      ask(command);
      cluster.pass(AT_ONCE_MILLIS);
      Answer.Refused refused =
          assertInstanceOf(Answer.Refused.class, answer, () -> command + ": " + answer);
      assertEquals(Answer.Reason.UNAVAILABLE, refused.reason());
      assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
    }
  }

  @Test
  void shouldRefuseWithinAContactTimeoutWhenNobodyComesBack() {
    ask(write(AckLevel.QUORUM, Condition.NONE));
    cluster.pass(NetworkTuning.LAN.contactTimeoutMillis() + AT_ONCE_MILLIS);
    Answer.Refused refused = assertInstanceOf(Answer.Refused.class, answer, () -> "" + answer);
    assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
  }
}
