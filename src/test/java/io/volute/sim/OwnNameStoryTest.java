package io.volute.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.identity.Actor;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.message.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Words under a node's own name: of a life that it forgot, or of another node with its name. */
class OwnNameStoryTest {
  private static final HostPort OWN_ADDRESS = new HostPort("sim", 1);
  private static final HostPort ELSEWHERE = new HostPort("sim", 77);
  private static final int HOUR_SECONDS = 3600;

  private final SimCluster cluster = new SimCluster(3);
  private int lives;

  @Test
  void shouldOutliveAtOnceWhatItForgotAndSayNothing() {
    long forgotten = incarnation() + 1000;
    hear(forgotten, 1, OWN_ADDRESS);
    cluster.pass(1000);
    assertTrue(incarnation() > forgotten);
    assertEquals(List.of(), cluster.notices("n1"));
  }

  /** The second word is not repeated, so that nothing else makes up for it. */
  @Test
  void shouldOutliveTheLaterOfTwoThoughTheNoteForTheFirstIsStillUnderWay() {
    cluster.slowDisk("n1", 300);
    long first = incarnation() + 1000;
    hear(first, 1, OWN_ADDRESS);
    cluster.pass(50);
    long later = first + (1L << 40);
    hear(later, 1, OWN_ADDRESS);
    cluster.pass(3000);
    assertTrue(incarnation() > later);
    assertInstanceOf(Answer.Written.class, cluster.write("n1", "key", "v", AckLevel.ALL));
  }

  /** With no pause each word is a new life and a durable note. */
  @Test
  void shouldPauseAndSaySoWhenAnotherNodeOutlivesItAtItsAddress() {
    hearLaterLivesForAnHour(OWN_ADDRESS);
    assertTrue(lives >= 3 && lives <= 15, lives + " lives in an hour");
    List<String> notices = cluster.notices("n1");
    assertTrue(notices.size() >= 2 && notices.size() <= 7, notices::toString);
    assertEquals(
        "another node goes by this node's name, n1, and gives its address, sim:1, as if its"
            + " configuration were copied, so members listen to the two in turns: each needs a"
            + " name and an --advertise of its own, end one of them",
        notices.get(0));
    assertEquals(1, notices.stream().distinct().count());
  }

  @Test
  void shouldOutliveAtOnceAgainWhenItWasCalmForLong() {
    hearLaterLivesForAnHour(OWN_ADDRESS);
    cluster.pass(2L * HOUR_SECONDS * 1000);
    int said = cluster.notices("n1").size();
    long forgotten = incarnation() + 1000;
    hear(forgotten, 1, OWN_ADDRESS);
    cluster.pass(1000);
    assertTrue(incarnation() > forgotten);
    assertEquals(said, cluster.notices("n1").size());
  }

  /** A word may have been told and not kept: that is no reason for another life. */
  @Test
  void shouldAnswerInItsLifeWhatItMayHaveSaidItself() {
    long life = incarnation();
    String before = kept();
    hear(life, 1000, OWN_ADDRESS);
    cluster.pass(1000);
    assertEquals(life, incarnation());
    assertNotEquals(before, kept());
    assertEquals(List.of(), cluster.notices("n1"));
  }

  /** A machine that was copied with the life in it: both would issue the same dots for ever. */
  @Test
  void shouldLeaveItsLifeToAnotherNodeThatGoesOnSpeakingInIt() {
    long life = incarnation();
    for (int i = 0; i < 3; i++) {
      hear(life, 1000 + 2 * i, OWN_ADDRESS);
      cluster.pass(1000);
    }
    assertTrue(incarnation() > life, "it goes on in " + life);
    Answer.Written written =
        assertInstanceOf(Answer.Written.class, cluster.write("n1", "key", "v", AckLevel.QUORUM));
    assertEquals(0, written.version().highest(new Actor(new NodeId("n1"), life)));
    assertTrue(cluster.notices("n1").get(0).startsWith("another node goes by this node's name"));
  }

  /** Each of two copies takes the other's words for its own, whichever life it is in. */
  @Test
  void shouldPauseAndSaySoWhenAnotherNodeSpeaksInItsLives() {
    Set<String> kept = new HashSet<>();
    for (int i = 0; i < HOUR_SECONDS; i++) {
      hear(incarnation(), 1000 + 2 * i, OWN_ADDRESS);
      cluster.pass(1000);
      kept.add(kept());
    }
    int answers = kept.size();
    assertTrue(answers >= 3 && answers <= 15, answers + " answers in an hour");
    assertTrue(cluster.notices("n1").get(0).startsWith("another node goes by this node's name"));
  }

  @Test
  void shouldRepeatSeldomThatAnotherNodeElsewhereHasItsName() {
    hearLaterLivesForAnHour(ELSEWHERE);
    assertEquals(0, lives);
    List<String> notices = cluster.notices("n1");
    assertTrue(notices.size() >= 2 && notices.size() <= 7, notices::toString);
    assertEquals(
        "another node goes by this node's name, n1, at sim:77: each member needs a name of its own",
        notices.get(0));
  }

  private void hearLaterLivesForAnHour(HostPort address) {
    for (int i = 0; i < HOUR_SECONDS; i++) {
      long before = incarnation();
      hear(before + 1, 1, address);
      cluster.pass(1000);
      lives += incarnation() > before ? 1 : 0;
    }
  }

  private void hear(long incarnation, long counter, HostPort address) {
    MemberEntry entry = new MemberEntry(new NodeId("n1"), address, Optional.empty(), 1);
    MemberRecord word = new MemberRecord(entry, Role.MEMBER, Stage.ACTIVE, incarnation, counter, 0);
    cluster.forge("n2", "n1", new Message.MembersTold(1, List.of(word)));
  }

  /** What the node has noted of its own newest word. */
  private String kept() {
    return new String(cluster.store("n1").note("member/n1").orElseThrow(), UTF_8);
  }

  private long incarnation() {
    return cluster.line("n1", "n1").incarnation();
  }
}
