package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members that are slow, and not dead. */
class HedgingStoryTest {
  private static final String KEY = "k";

  private final SimCluster cluster = new SimCluster(4);
  private final List<String> order = cluster.preference(KEY);
  private final String outside = order.get(3);

  /** Reads where the key is not held; returns how long it took, in virtual time. */
  private long readMillis(AckLevel level) {
    long before = cluster.nowMillis();
    Answer.Found found = assertInstanceOf(Answer.Found.class, cluster.read(outside, KEY, level));
    byte[] bytes = found.siblings().get(0).value().orElseThrow().bytes();
    assertEquals("v", new String(bytes, StandardCharsets.UTF_8));
    return cluster.nowMillis() - before;
  }

  @Test
  void shouldAskTheQuickOnesWhenOneIsSlow() {
    cluster.write(outside, KEY, "v", AckLevel.ALL);
    cluster.slowDown(order.get(0), Message.Fetched.class, 300);
    cluster.slowDown(order.get(0), Message.FetchedValue.class, 300);
    for (int i = 0; i < 50; i++) {
      long millis = readMillis(i % 2 == 0 ? AckLevel.ONE : AckLevel.QUORUM);
      assertTrue(millis < 30, "read " + i + " took " + millis + " ms");
    }
  }

  @Test
  void shouldAskASecondOneWhenTheFirstIsLate() {
    cluster.write(outside, KEY, "v", AckLevel.ALL);
    // Two answer which versions there are, and only one of the two sends the value in time.
    cluster.slowDown(order.get(0), Message.Fetched.class, 3000);
    cluster.slowDown(order.get(1), Message.FetchedValue.class, 3000);
    cluster.slowDown(order.get(0), Message.FetchedValue.class, 3000);
    long millis = readMillis(AckLevel.QUORUM);
    assertTrue(millis < 60, "it took " + millis + " ms");
  }

  @Test
  void shouldSpareAMemberThatSaysThatItIsOverloaded() {
    cluster.crowd(order.get(0), order.get(1));
    cluster.crowd(order.get(0), order.get(2));
    for (int i = 0; i < 20; i++) {
      Answer answer = cluster.write(outside, KEY, "v" + i, AckLevel.QUORUM);
      assertInstanceOf(Answer.Written.class, answer, () -> answer.toString());
    }
    cluster.crowd(order.get(1), order.get(0));
    cluster.crowd(order.get(1), order.get(2));
    cluster.crowd(order.get(2), order.get(0));
    cluster.crowd(order.get(2), order.get(1));
    cluster.crowd(outside, order.get(0));
    cluster.crowd(outside, order.get(1));
    cluster.crowd(outside, order.get(2));
    Answer.Refused refused =
        assertInstanceOf(
            Answer.Refused.class, cluster.write(outside, KEY, "last", AckLevel.QUORUM));
    assertEquals(Answer.Reason.OVERLOADED, refused.reason());
    assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
  }
}
