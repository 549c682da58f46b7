package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clusters whose members come and go. */
class MembershipStoryTest {
  private static final List<String> ALL_FOUR =
      List.of("n1 ALIVE", "n2 ALIVE", "n3 ALIVE", "n4 ALIVE");

  private final SimCluster cluster = new SimCluster(3);

  private void assertSeen(String member, List<String> expected) {
    assertEquals(expected, cluster.membership(member).stream().sorted().toList(), member);
  }

  @Test
  void shouldTakeANodeInThatKnowsOneMember() {
    cluster.join("n4", "n2");
    cluster.pass(2000);
    for (String member : List.of("n1", "n2", "n3", "n4")) {
      assertSeen(member, ALL_FOUR);
    }
  }

  @Test
  void shouldKnowItsMembersAfterARestart() {
    cluster.join("n4", "n2");
    cluster.pass(2000);
    cluster.kill("n4");
    cluster.pass(10_000);
    assertSeen("n1", List.of("n1 ALIVE", "n2 ALIVE", "n3 ALIVE", "n4 DEAD"));
    cluster.restart("n4");
    cluster.pass(3000);
    assertSeen("n4", ALL_FOUR);
    assertSeen("n1", ALL_FOUR);
  }

  @Test
  void shouldFindAMemberAgainThatHasForgottenAll() {
    cluster.join("n4", "n2");
    cluster.pass(2000);
    cluster.wipe("n4");
    cluster.pass(8000);
    cluster.restart("n4");
    cluster.pass(20_000);
    assertSeen("n4", ALL_FOUR);
    assertSeen("n1", ALL_FOUR);
  }

  @Test
  void shouldTellThoseWhoWereCutOffWhenTheyAreBack() {
    cluster.cutOff(List.of("n3"));
    cluster.join("n4", "n1");
    cluster.cutOff(List.of("n3"));
    cluster.pass(10_000);
    assertSeen("n1", List.of("n1 ALIVE", "n2 ALIVE", "n3 DEAD", "n4 ALIVE"));
    cluster.heal();
    cluster.pass(15_000);
    assertSeen("n3", ALL_FOUR);
  }

  @Test
  void shouldHandKeysOverBeforeAMemberLeaves() {
    cluster.join("n4", "n1");
    cluster.pass(3000);
    for (int i = 0; i < 40; i++) {
      cluster.write("n4", "key" + i, "v" + i, AckLevel.QUORUM);
    }
    assertInstanceOf(Answer.Done.class, cluster.ask("n4", new Command.Leave()));
    cluster.pass(1000);
    assertSeen("n1", List.of("n1 ALIVE", "n2 ALIVE", "n3 ALIVE", "n4 LEFT"));
    for (int i = 0; i < 40; i++) {
      assertEquals(List.of("v" + i), cluster.held("n1", "key" + i), "key" + i);
    }
    assertInstanceOf(Answer.Refused.class, cluster.write("n4", "late", "x", AckLevel.ONE));
  }

  @Test
  void shouldForgetAMemberThatAnOperatorRemoves() {
    cluster.join("n4", "n1");
    cluster.pass(2000);
    cluster.kill("n4");
    cluster.pass(6000);
    Command.RemoveMember remove = new Command.RemoveMember(new NodeId("n4"));
    assertInstanceOf(Answer.Done.class, cluster.ask("n2", remove));
    cluster.pass(2000);
    assertSeen("n1", List.of("n1 ALIVE", "n2 ALIVE", "n3 ALIVE", "n4 LEFT"));
    assertInstanceOf(Answer.Refused.class, cluster.ask("n2", remove));
  }

  @Test
  void shouldStayOutWhenItWasRemovedWhileItWasAway() {
    cluster.join("n4", "n1");
    cluster.pass(2000);
    cluster.kill("n4");
    cluster.pass(6000);
    cluster.ask("n2", new Command.RemoveMember(new NodeId("n4")));
    cluster.restart("n4");
    cluster.pass(20_000);
    assertSeen("n4", List.of("n4 ALIVE"));
    assertInstanceOf(Answer.Refused.class, cluster.write("n4", "k", "v", AckLevel.ONE));
    assertSeen("n1", List.of("n1 ALIVE", "n2 ALIVE", "n3 ALIVE", "n4 LEFT"));
    cluster.rejoin("n4", "n3");
    cluster.pass(3000);
    assertSeen("n1", ALL_FOUR);
    assertSeen("n4", ALL_FOUR);
  }
}
