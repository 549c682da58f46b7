package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is believed alive, when the network or a machine is not what it should be. */
class SwimStoryTest {
  private static final List<String> ALL = List.of("n1", "n2", "n3", "n4", "n5");

  private final SimCluster cluster = new SimCluster(5);

  private String state(String member, String of) {
    return cluster.line(member, of).state().name();
  }

  private void assertAllAlive() {
    for (String member : ALL) {
      for (String other : ALL) {
        assertEquals("ALIVE", state(member, other), other + " as " + member + " sees it");
      }
    }
  }

  @Test
  void shouldNotLoseAMemberThatOnlyOneOtherCanNotReach() {
    cluster.cutWay("n1", "n2");
    cluster.cutWay("n2", "n1");
    for (int i = 0; i < 30; i++) {
      cluster.pass(1000);
      assertAllAlive();
    }
  }

  @Test
  void shouldWriteToOthersWhereAMemberIsOutOfReachForThisNodeOnly() {
    cluster.cutWay("n1", "n2");
    cluster.cutWay("n2", "n1");
    cluster.pass(5000);
    for (int i = 0; i < 20; i++) {
      assertInstanceOf(Answer.Written.class, cluster.write("n1", "k" + i, "v", AckLevel.QUORUM));
    }
  }

  @Test
  void shouldRefuteAFalseAccusationWithinASecond() {
    cluster.pass(3000);
    Message.Accusation lie =
        new Message.Accusation(
            new NodeId("n2"), new NodeId("n5"), Long.MAX_VALUE >> 20, 1000, false);
    for (boolean dead : List.of(false, true)) {
      for (String hearer : List.of("n1", "n3", "n4")) {
        Message.Accusation told =
            new Message.Accusation(
                lie.accuser(), lie.member(), cluster.line("n1", "n5").incarnation(), 1000, dead);
        cluster.forge("n2", hearer, new Message.Accused(1, List.of(told)));
      }
      cluster.pass(1000);
      assertAllAlive();
      cluster.pass(3000);
      assertAllAlive();
    }
  }

  @Test
  void shouldNotHoldAMemberForDeadThatIsStoppedForThreeSeconds() {
    cluster.freeze("n3");
    cluster.pass(3000);
    cluster.thaw("n3");
    for (String member : ALL) {
      for (String other : ALL) {
        assertEquals(
            false, state(member, other).equals("DEAD"), other + " as " + member + " sees it");
      }
    }
    cluster.pass(1000);
    assertAllAlive();
  }

  @Test
  void shouldHoldNobodyForDeadWhenItWasStoppedItself() {
    cluster.freeze("n3");
    cluster.pass(60_000);
    cluster.thaw("n3");
    for (String other : ALL) {
      assertEquals("ALIVE", state("n3", other), other);
    }
    cluster.pass(5000);
    assertAllAlive();
  }

  /** Its time to refute goes by while this node is stopped as well. */
  @Test
  void shouldNotHoldASuspectForDeadOfWhichItCouldNotHear() {
    SimCluster two = new SimCluster(2);
    two.cutOff(List.of("n2"));
    int waited = 0;
    while (two.line("n1", "n2").state() == Answer.MemberState.ALIVE) {
      two.pass(100);
      waited++;
      assertTrue(waited < 100, "n2 is not suspected");
    }
    two.freeze("n1");
    two.pass(60_000);
    two.thaw("n1");
    for (int i = 0; i < 30; i++) {
      two.pass(100);
      assertEquals(Answer.MemberState.SUSPECT, two.line("n1", "n2").state());
    }
    two.heal();
    two.pass(5000);
    assertEquals(Answer.MemberState.ALIVE, two.line("n1", "n2").state());
  }

  @Test
  void shouldLoseAMemberThatNobodyHearsAndFindItAgain() {
    for (String other : List.of("n1", "n2", "n4", "n5")) {
      cluster.cutWay("n3", other);
    }
    cluster.pass(12_000);
    assertEquals("DEAD", state("n1", "n3"));
    assertEquals("DEAD", state("n5", "n3"));
    cluster.heal();
    cluster.pass(5000);
    assertAllAlive();
  }

  @Test
  void shouldLoseTheLargerSideOfACutInBoundedTime() {
    cluster.cutOff(List.of("n1", "n2"));
    cluster.pass(10_000);
    for (String lost : List.of("n3", "n4", "n5")) {
      assertEquals("DEAD", state("n1", lost), lost);
      assertEquals("DEAD", state("n2", lost), lost);
    }
  }

  /** The dead confirm nothing, so nobody waits for that. */
  @Test
  void shouldAgreeOnADeathWhenTwoAreLeft() {
    cluster.kill("n4");
    cluster.kill("n5");
    cluster.pass(15_000);
    cluster.kill("n3");
    cluster.pass(8_000);
    assertEquals("DEAD", state("n1", "n3"));
    assertEquals("DEAD", state("n2", "n3"));
  }

  @Test
  void shouldComeTogetherAgainAfterAPartition() {
    cluster.cutOff(List.of("n4", "n5"));
    cluster.pass(60_000);
    assertEquals("DEAD", state("n1", "n4"));
    assertEquals("DEAD", state("n4", "n1"));
    assertEquals("ALIVE", state("n4", "n5"));
    cluster.heal();
    cluster.pass(5000);
    assertAllAlive();
  }

  @Test
  void shouldKeepAllWhoFlapInAndOutOfReach() {
    for (int i = 0; i < 20; i++) {
      cluster.cutOff(List.of("n5"));
      cluster.pass(1200);
      cluster.heal();
      cluster.pass(1800);
      for (String member : List.of("n1", "n2", "n3", "n4")) {
        assertEquals("ALIVE", state(member, "n5"), "round " + i + ": " + member);
      }
    }
  }
}
