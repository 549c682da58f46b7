package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys on their way to a member that joins, as an operator sees it. */
class MoveStoryTest {
  private static final int KEYS = 120;

  private final SimCluster cluster = new SimCluster(3);
  private Answer left;

  /** A fourth member joins while the third one is out of touch, so that the move can't end. */
  private void beginMove() {
    for (int i = 0; i < KEYS; i++) {
      Answer answer = cluster.write("n1", "key" + i, "v" + i, AckLevel.ALL);
      assertInstanceOf(Answer.Written.class, answer, "key" + i);
    }
    cluster.cutOff(List.of("n3"));
    cluster.join("n4", "n1");
    cluster.cutOff(List.of("n3"));
  }

  private Answer.Moving moving(String member) {
    Answer answer = cluster.ask(member, new Command.DescribeStatus());
    return assertInstanceOf(Answer.Status.class, answer).moving();
  }

  @Test
  void shouldShowHowFarKeysHaveMoved() {
    assertEquals(Answer.Moving.NOTHING, moving("n1"));
    beginMove();
    cluster.pass(100);
    Answer.Moving begun = moving("n1");
    assertTrue(begun.underWay(), begun::toString);
    assertTrue(begun.percent() > 0 && begun.percent() < 100, begun::toString);
    assertEquals(KEYS, begun.keysUnconfirmed(), "the third member says nothing of any");
    // Out of reach by now, so that nobody waits for it, and not yet dead: the move is not over.
    cluster.pass(2500);
    assertEquals(new Answer.Moving(true, 100, 0), moving("n1"));
    cluster.heal();
    cluster.pass(15_000);
    for (String member : List.of("n1", "n2", "n3", "n4")) {
      assertEquals(Answer.Moving.NOTHING, moving(member), member);
    }
  }

  @Test
  void shouldGoOnWithAMoveAfterARestart() {
    beginMove();
    cluster.pass(1000);
    cluster.losePower("n1");
    cluster.pass(100);
    cluster.restart("n1");
    cluster.pass(100);
    assertTrue(moving("n1").underWay());
    cluster.heal();
    cluster.pass(15_000);
    assertEquals(Answer.Moving.NOTHING, moving("n1"));
  }

  /** It had been alone, and so the owner of every key there is; but of none that exists. */
  @Test
  void shouldFetchNoMoreThanItIsToOwnWhenANewMemberRestartsInTheMiddleOfItsJoin() {
    beginMove();
    cluster.pass(600);
    assertHoldsOnlyWhatItOwns();
    cluster.kill("n4");
    cluster.pass(20);
    cluster.restart("n4");
    cluster.pass(1000);
    assertTrue(moving("n4").underWay());
    assertHoldsOnlyWhatItOwns();
  }

  private void assertHoldsOnlyWhatItOwns() {
    for (int i = 0; i < KEYS; i++) {
      boolean owns = cluster.owners("key" + i, 3).contains("n4");
      boolean holds = !cluster.held("n4", "key" + i).isEmpty();
      assertFalse(holds && !owns, "key" + i);
      assertFalse(owns && !holds, "key" + i + " is missing");
    }
  }

  @Test
  void shouldNotWaitForMembersThatWereRemovedJustBeforeARestart() {
    beginMove();
    cluster.join("n5", "n1");
    cluster.cutOff(List.of("n3"));
    cluster.pass(2000);
    for (String gone : List.of("n4", "n5")) {
      cluster.kill(gone);
      cluster.ask("n1", new Command.RemoveMember(new NodeId(gone)));
    }
    // That they are gone is kept by now; who owns what is noted a little later.
    cluster.pass(20);
    cluster.kill("n1");
    cluster.heal();
    cluster.restart("n1");
    cluster.pass(20_000);
    assertEquals(Answer.Moving.NOTHING, moving("n1"));
  }

  /** Leaves, and says what came of it within this time; null while it waits. */
  private Answer leaving(String member, long millis) {
    cluster.begin(member, new Command.Leave(), answer -> left = answer);
    cluster.pass(millis);
    return left;
  }

  private void write() {
    for (int i = 0; i < KEYS; i++) {
      cluster.write("n1", "key" + i, "v" + i, AckLevel.ALL);
    }
  }

  @Test
  void shouldNotLeaveWhileItsKeysWouldBeOnFewerDisksThanAcknowledgeThem() {
    write();
    cluster.kill("n2");
    assertNull(leaving("n3", 90_000));
    String line = cluster.notices("n3").get(cluster.notices("n3").size() - 1);
    assertTrue(line.startsWith("leaving waits for [n2]"), line);
    cluster.restart("n2");
    cluster.pass(20_000);
    assertInstanceOf(Answer.Done.class, left);
  }

  @Test
  void shouldLeaveOnceAMemberIsRemovedThatNeverReturns() {
    write();
    cluster.kill("n2");
    assertNull(leaving("n3", 20_000));
    cluster.ask("n1", new Command.RemoveMember(new NodeId("n2")));
    cluster.pass(20_000);
    assertInstanceOf(Answer.Done.class, left);
    assertEquals(List.of("v7"), cluster.held("n1", "key7"));
  }

  @Test
  void shouldLeaveWithoutAMemberThatIsAwayWhenEnoughOthersAreThere() {
    cluster.join("n4", "n1");
    cluster.pass(10_000);
    write();
    cluster.kill("n2");
    assertInstanceOf(Answer.Done.class, leaving("n3", 30_000));
  }

  /** Removed where it is heard of late, a member takes copies that nobody will ever ask for. */
  @Test
  void shouldLoseNothingWhenAMemberLeavesThatHasNotHeardOfARemoval() {
    write();
    cluster.cutWay("n1", "n2");
    cluster.cutWay("n1", "n3");
    cluster.ask("n1", new Command.RemoveMember(new NodeId("n2")));
    cluster.pass(10_000);
    assertInstanceOf(Answer.Written.class, cluster.write("n3", "key7", "new", AckLevel.QUORUM));
    assertNull(leaving("n3", 20_000));
    cluster.heal();
    cluster.pass(20_000);
    assertInstanceOf(Answer.Done.class, left);
    assertEquals(List.of("new"), cluster.held("n1", "key7"));
  }
}
