package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.port.StoreException;
import io.volute.reaping.Floors;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Values rot on disks, with and without another copy. */
class RotStoryTest {
  private static final List<String> ALL = List.of("n1", "n2", "n3");

  @Test
  void shouldFetchARottenValueFromAnotherOwner() throws StoreException {
    SimCluster cluster = new SimCluster(3);
    cluster.write("n1", "k", "value", AckLevel.ALL);
    rot(cluster, "n2", "k");
    cluster.node("n2").scrub();
    cluster.pass(1000);
    assertEquals(List.of("value"), cluster.held("n2", "k"));
    assertEquals(List.of(), cluster.notices("n2"));
  }

  /** Else its owners would differ for ever, and nothing would be reaped. */
  @Test
  void shouldGiveUpAValueThatNobodyHasAnyMoreAndSayItInALine() {
    SimCluster cluster = loneWriter();
    rot(cluster, "n1", "k");
    cluster.heal();
    cluster.pass(60_000);
    for (String member : ALL) {
      assertEquals(List.of("sibling"), cluster.held(member, "k"), member);
    }
    String line = cluster.notices("n1").get(cluster.notices("n1").size() - 1);
    assertTrue(line.startsWith("a version of key 'k' is lost"), line);
  }

  /** By its own mirror count nobody else would own it, but the key has more owners by now. */
  @Test
  void shouldGiveUpAValueOfOneMirrorThatOwnersOfItsSiblingMiss() {
    SimCluster cluster = new SimCluster(3);
    String owner = cluster.owners("k", 1).get(0);
    String other = cluster.owners("k", 3).get(1);
    cluster.cutOff(List.of(owner));
    cluster.ask(
        owner,
        new Command.Write(
            Name.of("k"),
            Value.of("lost"),
            "",
            Optional.of(new Mirrors(1)),
            Optional.empty(),
            0,
            AckLevel.ONE,
            Condition.NONE));
    cluster.write(other, "k", "sibling", AckLevel.QUORUM);
    cluster.kill(owner);
    cluster.restart(owner);
    assertEquals(List.of("lost"), cluster.held(owner, "k"));
    rot(cluster, owner, "k");
    cluster.heal();
    cluster.pass(60_000);
    for (String member : ALL) {
      assertEquals(List.of("sibling"), cluster.held(member, "k"), member);
    }
  }

  @Test
  void shouldKeepARottenValueWhileAMemberThatMayHaveItIsAway() {
    SimCluster cluster = loneWriter();
    cluster.kill("n3");
    rot(cluster, "n1", "k");
    cluster.heal();
    cluster.pass(60_000);
    assertFalse(cluster.versions("n1", "k").asList().stream().anyMatch(Version::isTombstone));
    cluster.restart("n3");
    cluster.pass(60_000);
    assertEquals(List.of("sibling"), cluster.held("n1", "k"));
  }

  /** Its record can't be read, so the member does not know of the key at all. */
  @Test
  void shouldNotTakeADamagedMembersWordThatThereIsNothing() throws StoreException {
    SimCluster cluster = new SimCluster(3);
    cluster.write("n1", "k", "value", AckLevel.ALL);
    cluster.pass(20_000);
    cluster.store("n2").remove(Name.of("k"));
    cluster.kill("n2");
    Floors.doubt(cluster.store("n2"));
    cluster.restart("n2");
    cluster.pass(3);
    assertInstanceOf(Answer.Found.class, cluster.read("n2", "k", AckLevel.ONE));
  }

  @Test
  void shouldKeepARottenValueThatNobodyElseMisses() {
    SimCluster cluster = new SimCluster(1);
    cluster.write("n1", "k", "value", AckLevel.ALL);
    rot(cluster, "n1", "k");
    cluster.node("n1").scrub();
    cluster.pass(60_000);
    assertEquals(1, cluster.versions("n1", "k").size());
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, cluster.read("n1", "k", AckLevel.ONE));
    assertEquals(Answer.Reason.UNAVAILABLE, refused.reason());
  }

  /** The first member has written a version on its own, beside one that the others wrote. */
  private static SimCluster loneWriter() {
    SimCluster cluster = new SimCluster(3);
    cluster.cutOff(List.of("n1"));
    cluster.write("n1", "k", "lost", AckLevel.ONE);
    cluster.write("n2", "k", "sibling", AckLevel.QUORUM);
    // What it still holds in memory, to bring it to the others, goes with the process.
    cluster.kill("n1");
    cluster.restart("n1");
    return cluster;
  }

  private static void rot(SimCluster cluster, String member, String name) {
    ((SimStore) cluster.node(member).disk()).rot(Name.of(name));
  }
}
