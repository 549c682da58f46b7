package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
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
import org.junit.jupiter.api.Test;

/** Two sites of three members; every member keeps the keys that are written here. */
class ZoneLevelStoryTest {
  private static final List<String> EAST = List.of("n1", "n3", "n5");
  private static final List<String> WEST = List.of("n2", "n4", "n6");

  private final SimCluster cluster =
      new SimCluster(
          List.of(
              Optional.of("east"),
              Optional.of("west"),
              Optional.of("east"),
              Optional.of("west"),
              Optional.of("east"),
              Optional.of("west")));

  private Answer write(String member, String value, AckLevel level) {
    return cluster.ask(
        member,
        new Command.Write(
            Name.of("k"),
            Value.of(value),
            "",
            Optional.of(new Mirrors(6)),
            Optional.<CausalContext>empty(),
            0,
            level,
            Condition.NONE));
  }

  private static String text(Answer answer) {
    Answer.Found found = assertInstanceOf(Answer.Found.class, answer);
    byte[] bytes = found.siblings().get(0).value().orElseThrow().bytes();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void assertNotApplied(Answer answer, String level) {
    Answer.Refused refused = assertInstanceOf(Answer.Refused.class, answer);
    assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
    assertTrue(refused.explanation().contains(level), refused.explanation());
  }

  private long holding(List<String> members, String value) {
    return members.stream().filter(member -> cluster.held(member, "k").contains(value)).count();
  }

  @Test
  void shouldSettleInEitherZoneAloneWhileTheSitesAreApart() {
    assertInstanceOf(Answer.Written.class, write("n1", "0", AckLevel.ALL));
    cluster.cutOff(EAST);
    cluster.pass(3000);
    assertInstanceOf(Answer.Written.class, write("n1", "e", AckLevel.LOCAL_QUORUM));
    assertInstanceOf(Answer.Written.class, write("n2", "w", AckLevel.LOCAL_QUORUM));
    assertTrue(holding(EAST, "e") >= 2 && holding(WEST, "w") >= 2);
    assertEquals("e", text(cluster.read("n3", "k", AckLevel.LOCAL_QUORUM)));
    assertEquals("w", text(cluster.read("n6", "k", AckLevel.LOCAL_QUORUM)));
    assertNotApplied(write("n5", "x", AckLevel.EACH_ZONE), "each-zone");
    assertInstanceOf(Answer.Refused.class, cluster.read("n5", "k", AckLevel.QUORUM));
    cluster.heal();
    cluster.pass(10_000);
    Answer.Found both = (Answer.Found) cluster.read("n4", "k", AckLevel.ALL);
    assertEquals(2, both.siblings().size(), "both are kept, as siblings");
  }

  @Test
  void shouldNotCallItSettledBeforeEachZoneHasAQuorum() {
    assertInstanceOf(Answer.Written.class, write("n1", "1", AckLevel.EACH_ZONE));
    assertTrue(holding(EAST, "1") >= 2 && holding(WEST, "1") >= 2);
    cluster.kill("n2");
    cluster.pass(3000);
    assertInstanceOf(Answer.Written.class, write("n1", "2", AckLevel.EACH_ZONE));
    cluster.kill("n4");
    cluster.pass(3000);
    // Most of all owners are there, but not of the west's.
    assertNotApplied(write("n1", "3", AckLevel.EACH_ZONE), "each-zone");
    assertInstanceOf(Answer.Written.class, write("n1", "3", AckLevel.QUORUM));
    assertInstanceOf(Answer.Written.class, write("n1", "4", AckLevel.LOCAL_QUORUM));
    assertNotApplied(write("n6", "5", AckLevel.LOCAL_QUORUM), "local-quorum");
  }

  @Test
  void shouldNotLetAnotherZonesMembersStandIn() {
    cluster.kill("n1");
    cluster.kill("n3");
    cluster.pass(3000);
    assertNotApplied(write("n5", "1", AckLevel.LOCAL_QUORUM), "local-quorum");
    assertInstanceOf(Answer.Written.class, write("n2", "1", AckLevel.LOCAL_QUORUM));
  }
}
