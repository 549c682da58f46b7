package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key that is written with another mirror count than before. */
class MirrorCountStoryTest {
  private static final String KEY = "k";
  private static final long MOMENT_MILLIS = 100;

  private final SimCluster cluster = new SimCluster(3);
  private final List<String> order = cluster.preference(KEY);
  private Answer answer;

  @BeforeEach
  void writeWithThreeMirrors() {
    Answer written = cluster.write(order.get(0), KEY, "three", AckLevel.ALL);
    assertEquals(3, assertInstanceOf(Answer.Written.class, written).acks());
  }

  private void beginWithOneMirror(AckLevel level) {
    cluster.freeze(order.get(1));
    cluster.freeze(order.get(2));
    Command.Write one =
        new Command.Write(
            Name.of(KEY),
            Value.of("one"),
            "",
            Optional.of(new Mirrors(1)),
            Optional.empty(),
            0,
            level,
            Condition.NONE);
    cluster.begin(order.get(0), one, given -> answer = given);
    cluster.pass(MOMENT_MILLIS);
  }

  private String read(String member, AckLevel level) {
    Answer read = cluster.read(member, KEY, level);
    Answer.Found found = assertInstanceOf(Answer.Found.class, read, () -> member + ": " + read);
    byte[] bytes = found.siblings().get(0).value().orElseThrow().bytes();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void shouldNotBeDoneWithFewerMirrorsWhileAQuorumStillHasWhatItReplaces() {
    beginWithOneMirror(AckLevel.QUORUM);
    assertNull(answer, () -> "the two others would still give what it replaces: " + answer);
    cluster.thaw(order.get(1));
    cluster.pass(1000);
    assertInstanceOf(Answer.Written.class, answer, () -> "" + answer);
    cluster.thaw(order.get(2));
    for (String member : order) {
      assertEquals("one", read(member, AckLevel.QUORUM), member);
    }
  }

  @Test
  void shouldBeDoneWithAsFewCopiesAsTheClientAsksFor() {
    beginWithOneMirror(AckLevel.ONE);
    assertInstanceOf(Answer.Written.class, answer, () -> "" + answer);
  }
}
