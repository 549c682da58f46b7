package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Name;
import io.volute.settings.Duty;
import io.volute.settings.Tuning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Clusters with members that own nothing: followers and proxies. */
class FollowingStoryTest {
  /** A follower asks four times a second; messages and a sweep of a few keys come on top. */
  private static final long FRESH_MILLIS = 1000;

  private static final Command READ =
      new Command.Read(Name.of("there"), Optional.empty(), AckLevel.QUORUM, Command.Values.ALL);

  private static final Command LIST =
      new Command.ListKeys(new byte[0], Optional.empty(), 10, false, false, Command.Scope.CLUSTER);

  private final SimCluster cluster = new SimCluster(3);

  private static void assertWritten(Answer answer, int acks, int owners) {
    Answer.Written written = assertInstanceOf(Answer.Written.class, answer);
    assertTrue(written.acks() >= acks, () -> answer + "");
    assertEquals(owners, written.owners());
  }

  private static String text(Answer answer) {
    Answer.Found found = assertInstanceOf(Answer.Found.class, answer);
    byte[] bytes = found.siblings().get(0).value().orElseThrow().bytes();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static long lagMillis(Answer answer) {
    return answer instanceof Answer.Found found
        ? found.lagMillis().orElseThrow()
        : ((Answer.NotFound) answer).lagMillis().orElseThrow();
  }

  private void join(Duty duty) {
    cluster.join("x", "n1", duty);
    cluster.pass(3000);
  }

  @Test
  void shouldServeClientsThroughAProxyThatKeepsNothing() {
    join(Duty.PROXY);
    for (int i = 0; i < 30; i++) {
      assertWritten(cluster.write("x", "key" + i, "v" + i, AckLevel.QUORUM), 2, 3);
      assertEquals("v" + i, text(cluster.read("x", "key" + i, AckLevel.QUORUM)));
      assertEquals("v" + i, text(cluster.read("x", "key" + i, AckLevel.ONE)));
    }
    assertInstanceOf(Answer.Written.class, cluster.delete("x", "key0", AckLevel.ALL));
    assertInstanceOf(Answer.NotFound.class, cluster.read("x", "key0", AckLevel.DEFAULT));
    cluster.pass(10_000);
    for (int i = 0; i < 30; i++) {
      assertTrue(cluster.versions("x", "key" + i).isEmpty(), "key" + i);
    }
    Answer.Ring ring = (Answer.Ring) cluster.ask("n2", new Command.DescribeRing(Optional.empty()));
    assertEquals(3, ring.lines().size());
  }

  /** It serves as soon as it runs; who it is there for it knows when the first member answers. */
  @Test
  void shouldLetClientsWaitForAProxyThatIsYetToMeetItsCluster() {
    assertWritten(cluster.write("n1", "there", "already", AckLevel.ALL), 3, 3);
    cluster.start("x", node -> node.assign(Duty.PROXY));
    cluster.pass(100);
    List<Answer> answers = beginAtX();
    cluster.pass(500);
    assertEquals(List.of(), answers, "answered by nobody");
    cluster.rejoin("x", "n1");
    cluster.pass(500);
    assertEquals(2, answers.size(), answers::toString);
    assertEquals("already", text(answers.get(answers.get(0) instanceof Answer.Found ? 0 : 1)));
    assertWritten(answers.get(answers.get(0) instanceof Answer.Found ? 1 : 0), 3, 3);
  }

  @Test
  void shouldRefuseInTimeWhereAProxyMeetsNobody() {
    cluster.start("x", node -> node.assign(Duty.PROXY));
    cluster.pass(100);
    List<Answer> answers = beginAtX();
    answers.add(cluster.ask("x", LIST));
    cluster.pass(Tuning.DEFAULT.operationDeadlineMillis() + 100);
    assertEquals(3, answers.size(), answers::toString);
    for (Answer answer : answers) {
      Answer.Refused refused = assertInstanceOf(Answer.Refused.class, answer, () -> "" + answer);
      assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
      assertTrue(
          refused.explanation().startsWith("no member that owns keys is known"), "" + refused);
    }
  }

  private List<Answer> beginAtX() {
    List<Answer> answers = new ArrayList<>();
    cluster.begin(
        "x",
        SimCluster.change("k", "v", Optional.empty(), AckLevel.ALL, Condition.NONE),
        answers::add);
    cluster.begin("x", READ, answers::add);
    return answers;
  }

  @Test
  void shouldNotTakeAProxyForAnOwnerOrAStandInWhenMembersAreAway() {
    join(Duty.PROXY);
    cluster.kill("n2");
    cluster.kill("n3");
    cluster.pass(3000);
    assertInstanceOf(Answer.Refused.class, cluster.write("x", "k", "v", AckLevel.QUORUM));
    assertWritten(cluster.write("x", "k", "v", AckLevel.ONE), 1, 3);
    cluster.kill("n1");
    cluster.pass(3000);
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, cluster.write("x", "k", "w", AckLevel.ONE));
    assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
    assertInstanceOf(Answer.Refused.class, cluster.read("x", "k", AckLevel.ONE));
  }

  @Test
  void shouldBringAFollowerWhatWasThereAndWhatComes() {
    for (int i = 0; i < 200; i++) {
      cluster.write("n1", "old" + i, "v" + i, AckLevel.ALL);
    }
    join(Duty.follower(List.of()));
    for (int i = 0; i < 200; i++) {
      assertEquals(List.of("v" + i), cluster.held("x", "old" + i));
    }
    cluster.write("n2", "new", "1", AckLevel.QUORUM);
    cluster.pass(20);
    assertEquals(List.of("1"), cluster.held("x", "new"));
    Answer read = cluster.read("x", "new", AckLevel.DEFAULT);
    assertEquals("1", text(read));
    assertTrue(lagMillis(read) < FRESH_MILLIS, () -> read + "");
    cluster.delete("n3", "new", AckLevel.QUORUM);
    cluster.pass(20);
    assertTrue(lagMillis(cluster.read("x", "new", AckLevel.DEFAULT)) < FRESH_MILLIS);
    assertInstanceOf(Answer.NotFound.class, cluster.read("x", "new", AckLevel.DEFAULT));
  }

  @Test
  void shouldForwardWhatAFollowerIsAskedToChange() {
    join(Duty.follower(List.of()));
    assertWritten(cluster.write("x", "k", "v", AckLevel.ALL), 3, 3);
    cluster.pass(20);
    assertEquals("v", text(cluster.read("x", "k", AckLevel.DEFAULT)));
    // A quorum is one of owners, wherever it is asked for.
    Answer.Found found = (Answer.Found) cluster.read("x", "k", AckLevel.QUORUM);
    assertTrue(found.lagMillis().isEmpty() && found.acks() >= 2, found.toString());
  }

  @Test
  void shouldCountAFollowerInNoQuorum() {
    join(Duty.follower(List.of()));
    cluster.kill("n2");
    cluster.kill("n3");
    cluster.pass(3000);
    assertInstanceOf(Answer.Refused.class, cluster.write("n1", "k", "v", AckLevel.QUORUM));
    assertInstanceOf(Answer.Refused.class, cluster.write("x", "k", "v", AckLevel.QUORUM));
  }

  @Test
  void shouldKeepOnlyWhatItFollows() {
    cluster.write("n1", "a/old", "1", AckLevel.ALL);
    cluster.write("n1", "b/old", "2", AckLevel.ALL);
    join(Duty.follower(List.of("a/", "c/")));
    cluster.write("n1", "b/new", "3", AckLevel.ALL);
    cluster.write("n1", "c/new", "4", AckLevel.ALL);
    cluster.pass(10_000);
    assertEquals(List.of("1"), cluster.held("x", "a/old"));
    assertEquals(List.of("4"), cluster.held("x", "c/new"));
    assertEquals(List.of(), cluster.held("x", "b/old"));
    assertEquals(List.of(), cluster.held("x", "b/new"));
    Answer.Found found = (Answer.Found) cluster.read("x", "b/new", AckLevel.DEFAULT);
    assertTrue(found.lagMillis().isEmpty(), "read from its owners");
    assertEquals("3", text(found));
  }

  @Test
  void shouldSayHowOldItsCopyIsWhileItIsCutOff() {
    join(Duty.follower(List.of()));
    cluster.write("n1", "k", "before", AckLevel.ALL);
    cluster.pass(500);
    cluster.cutOff(List.of("x"));
    cluster.pass(100);
    cluster.write("n1", "k", "after", AckLevel.ALL);
    cluster.pass(20_000);
    Answer old = cluster.read("x", "k", AckLevel.DEFAULT);
    assertEquals("before", text(old));
    assertTrue(lagMillis(old) >= 20_000, () -> old + "");
    cluster.heal();
    cluster.pass(5000);
    Answer fresh = cluster.read("x", "k", AckLevel.DEFAULT);
    assertEquals("after", text(fresh));
    assertTrue(lagMillis(fresh) < FRESH_MILLIS, () -> fresh + "");
  }

  @Test
  void shouldNeverClaimToHaveWhatItLacks() {
    join(Duty.follower(List.of()));
    cluster.degrade(0.2);
    int claims = 0;
    for (int i = 0; i < 150; i++) {
      Answer answer = cluster.write("n" + (1 + i % 3), "k", "v" + i, AckLevel.QUORUM);
      long writtenAt = cluster.nowMillis();
      cluster.pass(i % 7 * 120L);
      Answer read = cluster.read("x", "k", AckLevel.ONE);
      boolean mustHaveIt =
          answer instanceof Answer.Written
              && read instanceof Answer.Found found
              && found.lagMillis().isPresent()
              && cluster.nowMillis() - found.lagMillis().getAsLong() > writtenAt;
      if (mustHaveIt) {
        claims++;
        CausalContext written = ((Answer.Written) answer).version();
        CausalContext held = cluster.versions("x", "k").context();
        assertTrue(held.covers(written), () -> written + " is not in " + read);
      }
    }
    assertTrue(claims > 10, "claims " + claims);
    cluster.heal();
    cluster.pass(5000);
    assertTrue(lagMillis(cluster.read("x", "k", AckLevel.DEFAULT)) < FRESH_MILLIS);
  }

  @Test
  void shouldGoOnWhenAMemberIsLost() {
    join(Duty.follower(List.of()));
    cluster.write("n1", "k", "1", AckLevel.ALL);
    cluster.kill("n1");
    cluster.pass(15_000);
    cluster.write("n2", "k", "2", AckLevel.QUORUM);
    cluster.pass(300);
    Answer read = cluster.read("x", "k", AckLevel.DEFAULT);
    assertEquals("2", text(read));
    assertTrue(lagMillis(read) < FRESH_MILLIS, () -> read + "");
  }

  @Test
  void shouldReadFromOwnersUntilItHasEverything() {
    cluster.write("n1", "k", "v", AckLevel.ALL);
    cluster.join("x", "n1", Duty.follower(List.of()));
    cluster.pass(20);
    assertEquals("v", text(cluster.read("x", "k", AckLevel.DEFAULT)));
  }

  @Test
  void shouldComeBackAsAFollowerAfterARestart() {
    join(Duty.follower(List.of()));
    cluster.write("n1", "k", "1", AckLevel.ALL);
    cluster.kill("x");
    cluster.pass(8000);
    cluster.write("n1", "k", "2", AckLevel.ALL);
    cluster.restart("x");
    cluster.pass(5000);
    Answer read = cluster.read("x", "k", AckLevel.DEFAULT);
    assertEquals("2", text(read));
    assertTrue(lagMillis(read) < FRESH_MILLIS, () -> read + "");
  }
}
