package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.message.Message;
import io.volute.settings.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Changes that are handed to the member which should coordinate them. */
class ForwardStoryTest {
  private static final int REMEMBERED = 20;
  private static final long LATE_MILLIS = 250;
  private static final long SETTLE_MILLIS = 20;

  private static Tuning oneAtATime() {
    Tuning usual = Tuning.DEFAULT;
    return new Tuning(
        usual.operationDeadlineMillis(),
        usual.resendFirstMillis(),
        usual.resendMostMillis(),
        usual.forwardPatienceMillis(),
        usual.siblingsLimit(),
        1,
        usual.hintsLimit(),
        usual.sweepPageKeys(),
        usual.mailboxCapacity());
  }

  private static Command create(String name) {
    return SimCluster.change(
        name, "new", Optional.empty(), AckLevel.QUORUM, new Condition.Absent());
  }

  private static List<String> namesWithFirst(SimCluster cluster, String member) {
    List<String> names = new ArrayList<>();
    for (int i = 0; names.size() <= REMEMBERED; i++) {
      if (cluster.preference("k" + i).get(0).equals(member)) {
        names.add("k" + i);
      }
    }
    return names;
  }

  private static long createdMillis(SimCluster cluster, String name) {
    List<Answer> answers = new ArrayList<>();
    cluster.begin("n1", create(name), answers::add);
    long millis = 0;
    for (; answers.isEmpty(); millis++) {
      assertTrue(millis < 1000, name);
      cluster.pass(1);
    }
    assertInstanceOf(Answer.Written.class, answers.get(0), () -> name + ": " + answers);
    // Until all its owners have it, so that there is room for the next one.
    cluster.pass(SETTLE_MILLIS);
    return millis + SETTLE_MILLIS;
  }

  /** Its repeats come before the refusal is back, and some of them find room. */
  @Test
  void shouldNotCarryOutARepeatOfWhatWasRefused() {
    SimCluster cluster = new SimCluster(3, oneAtATime());
    List<String> names = namesWithFirst(cluster, "n2");
    createdMillis(cluster, names.get(0));
    long sinceFirstMillis = 0;
    for (String name : names.subList(1, REMEMBERED)) {
      sinceFirstMillis += createdMillis(cluster, name);
    }
    long forwards = cluster.messages("Forward");
    assertTrue(forwards >= REMEMBERED, "n1 has coordinated changes itself");
    cluster.slowDown("n2", Message.Forwarded.class, LATE_MILLIS);
    String last = names.get(REMEMBERED);
    List<Answer> answers = new ArrayList<>();
    cluster.pass(oneAtATime().operationDeadlineMillis() - sinceFirstMillis - LATE_MILLIS / 2);
    cluster.begin("n1", create(last), answers::add);
    cluster.pass(2000);
    assertEquals(1, answers.size());
    assertInstanceOf(Answer.Written.class, answers.get(0), () -> "" + answers);
    assertEquals(List.of("new"), cluster.held("n3", last));
  }
}
