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
import io.volute.record.Version;
import io.volute.settings.Tuning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a cluster does in plain situations, told step by step. */
class ClusterStoryTest {
  private static final String KEY = "k";

  @Test
  void shouldReadAtAnyMemberWhatWasWrittenAtAnother() {
    SimCluster cluster = new SimCluster(5);
    written(cluster.write("n1", KEY, "value", AckLevel.DEFAULT));
    for (String member : cluster.preference(KEY)) {
      assertEquals("value", onlyValue(cluster.read(member, KEY, AckLevel.DEFAULT)), member);
    }
    assertEquals(3, holders(cluster).size());
    assertEquals(new HashSet<>(cluster.owners(KEY, 3)), holders(cluster));
  }

  @Test
  void shouldMakeNoSiblingsWhenOneClientWritesThroughAllMembers() {
    SimCluster cluster = new SimCluster(3);
    for (int i = 0; i < 30; i++) {
      Answer.Written written =
          written(cluster.write("n" + (1 + i % 3), KEY, "v" + i, AckLevel.QUORUM));
      assertEquals(1, written.siblings(), "write " + i);
    }
    cluster.pass(100);
    cluster.preference(KEY).forEach(m -> assertEquals(List.of("v29"), cluster.held(m, KEY), m));
  }

  @Test
  void shouldShowSiblingsOnBothSidesWhenTheyWereCutApart() {
    SimCluster cluster = new SimCluster(2);
    cluster.cutOff(List.of("n1"));
    written(cluster.write("n1", KEY, "one", AckLevel.ONE));
    written(cluster.write("n2", KEY, "two", AckLevel.ONE));
    cluster.heal();
    cluster.pass(5000);
    assertEquals(Set.of("one", "two"), new HashSet<>(cluster.held("n1", KEY)));
    assertEquals(cluster.versions("n1", KEY), cluster.versions("n2", KEY));

    Answer.Found found =
        assertInstanceOf(Answer.Found.class, cluster.read("n1", KEY, AckLevel.ALL));
    assertEquals(2, found.siblings().size());
    written(cluster.writeOver("n2", KEY, "both", found.version()));
    cluster.pass(100);
    assertEquals(List.of("both"), cluster.held("n1", KEY));
  }

  @Test
  void shouldReplaceOnlyOneSiblingWhenGivenItsOwnContext() {
    SimCluster cluster = new SimCluster(1);
    CausalContext base = written(cluster.write("n1", KEY, "base", AckLevel.ONE)).version();
    cluster.writeOver("n1", KEY, "left", base);
    cluster.writeOver("n1", KEY, "right", base);
    Version left = cluster.versions("n1", KEY).asList().get(0);

    cluster.writeOver("n1", KEY, "resolved", left.context());

    assertEquals(Set.of("right", "resolved"), new HashSet<>(cluster.held("n1", KEY)));
  }

  @Test
  void shouldServeAndThenCatchUpWhenAnOwnerIsKilled() {
    SimCluster cluster = new SimCluster(3);
    written(cluster.write("n1", KEY, "before", AckLevel.ALL));
    for (String victim : List.of("n1", "n2", "n3")) {
      cluster.kill(victim);
      String alive = victim.equals("n1") ? "n2" : "n1";
      Answer.Written during =
          written(cluster.write(alive, KEY, "without " + victim, AckLevel.QUORUM));
      assertEquals(1, during.siblings());
      cluster.restart(victim);
      cluster.pass(5000);
      assertEquals(List.of("without " + victim), cluster.held(victim, KEY));
    }
  }

  @Test
  void shouldStandInForAnOwnerThatIsAway() {
    SimCluster cluster = new SimCluster(5);
    List<String> owners = cluster.owners(KEY, 3);
    String standIn = cluster.preference(KEY).get(3);
    cluster.kill(owners.get(1));
    cluster.kill(owners.get(2));
    cluster.pass(2000);

    Answer.Written written = written(cluster.write(owners.get(0), KEY, "value", AckLevel.QUORUM));

    assertTrue(written.acks() >= 2);
    cluster.pass(100);
    assertEquals(List.of("value"), cluster.held(standIn, KEY));
    cluster.restart(owners.get(1));
    cluster.restart(owners.get(2));
    cluster.pass(5000);
    owners.forEach(owner -> assertEquals(List.of("value"), cluster.held(owner, KEY), owner));
  }

  @Test
  void shouldDeliverFromAStandInWhenTheCoordinatorIsLostForGood() {
    SimCluster cluster = new SimCluster(5);
    List<String> owners = cluster.owners(KEY, 3);
    cluster.kill(owners.get(1));
    cluster.kill(owners.get(2));
    cluster.pass(2000);
    written(cluster.write(owners.get(0), KEY, "value", AckLevel.QUORUM));
    cluster.kill(owners.get(0));
    cluster.restart(owners.get(1));
    cluster.restart(owners.get(2));
    cluster.pass(5000);
    assertEquals(List.of("value"), cluster.held(owners.get(1), KEY));
    assertEquals(List.of("value"), cluster.held(owners.get(2), KEY));
  }

  @Test
  void shouldRefuseAtOnceAndChangeNothingWhenTooFewCanBeReached() {
    SimCluster cluster = new SimCluster(3);
    cluster.kill("n2");
    cluster.kill("n3");
    cluster.pass(3000);
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, cluster.write("n1", KEY, "value", AckLevel.QUORUM));
    assertEquals(Answer.Reason.UNAVAILABLE, refused.reason());
    assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
    assertTrue(cluster.versions("n1", KEY).isEmpty());
  }

  @Test
  void shouldHaveClientsWaitWhenTheNetworkTakesNoMoreToMostOwners() {
    SimCluster cluster = new SimCluster(3);
    List<String> order = cluster.preference(KEY);
    cluster.crowd(order.get(0), order.get(1));
    written(cluster.write(order.get(0), KEY, "one", AckLevel.QUORUM));
    cluster.crowd(order.get(0), order.get(2));
    Answer.Refused refused =
        assertInstanceOf(
            Answer.Refused.class, cluster.write(order.get(0), KEY, "two", AckLevel.QUORUM));
    assertEquals(Answer.Reason.OVERLOADED, refused.reason());
    assertEquals(Answer.Outcome.NOT_APPLIED, refused.outcome());
    assertTrue(refused.explanation().contains("to 2 of 3 owners"), refused.explanation());
    assertEquals(List.of("one"), cluster.held(order.get(0), KEY));

    cluster.heal();
    written(cluster.write(order.get(0), KEY, "three", AckLevel.QUORUM));
  }

  @Test
  void shouldSayThatTheOutcomeIsUnknownWhenOwnersFallSilentDuringAWrite() {
    SimCluster cluster = new SimCluster(3);
    String first = cluster.preference(KEY).get(0);
    cluster.cutOff(List.of(first));
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, cluster.write(first, KEY, "value", AckLevel.QUORUM));
    assertEquals(Answer.Outcome.UNKNOWN, refused.outcome());
  }

  @Test
  void shouldNotSayThatNothingWasAppliedWhenASilentMemberMayHaveAppliedIt() {
    SimCluster cluster = new SimCluster(3);
    List<String> order = cluster.preference(KEY);
    String asked = order.get(1);
    cluster.cutWay(order.get(0), asked);
    cluster.crowd(asked, order.get(0));
    cluster.crowd(asked, order.get(2));
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, cluster.write(asked, KEY, "v", AckLevel.QUORUM));
    assertEquals(List.of("v"), cluster.held(order.get(0), KEY), "the silent one has made it");
    assertEquals(Answer.Outcome.UNKNOWN, refused.outcome(), refused.explanation());
  }

  @Test
  void shouldKeepADeletedKeyDeletedWhenAnOwnerWasAway() {
    SimCluster cluster = new SimCluster(3);
    written(cluster.write("n1", KEY, "value", AckLevel.ALL));
    cluster.kill("n3");
    written(cluster.delete("n1", KEY, AckLevel.QUORUM));
    cluster.restart("n3");
    cluster.pass(5000);
    for (String member : cluster.preference(KEY)) {
      assertInstanceOf(Answer.NotFound.class, cluster.read(member, KEY, AckLevel.ALL));
      assertEquals(List.of(), cluster.held(member, KEY));
    }
  }

  @Test
  void shouldLetOnlyOneOfManyCreateAKey() {
    SimCluster cluster = new SimCluster(3);
    int created = 0;
    for (int i = 0; i < 9; i++) {
      Answer answer =
          cluster.ask(
              "n" + (1 + i % 3),
              SimCluster.change(KEY, "v" + i, Optional.empty(), AckLevel.QUORUM, Condition.ABSENT));
      created += answer instanceof Answer.Written ? 1 : 0;
    }
    assertEquals(1, created);
  }

  @Test
  void shouldWaitForAnAnswerAsNewAsTheContextThatAReaderBrings() {
    SimCluster cluster = new SimCluster(3);
    CausalContext seen = written(cluster.write("n1", KEY, "value", AckLevel.ONE)).version();
    for (String member : cluster.preference(KEY)) {
      Answer answer =
          cluster.ask(
              member,
              new Command.Read(Name.of(KEY), Optional.of(seen), AckLevel.ONE, Command.Values.ALL));
      assertEquals("value", onlyValue(answer));
    }
  }

  @Test
  void shouldTellWritersToResolveWhenThereAreTooManySiblings() {
    SimCluster cluster = new SimCluster(1);
    CausalContext base = written(cluster.write("n1", KEY, "base", AckLevel.ONE)).version();
    for (int i = 0; i < 32; i++) {
      written(cluster.writeOver("n1", KEY, "sibling " + i, base));
    }
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, cluster.writeOver("n1", KEY, "one too many", base));
    assertEquals(Answer.Reason.TOO_MANY_SIBLINGS, refused.reason());
    assertEquals(32, cluster.held("n1", KEY).size());
  }

  @Test
  void shouldNotBringAnOldValueBackWhenAStoppedCoordinatorGoesOn() {
    SimCluster cluster = new SimCluster(3);
    List<String> order = cluster.preference(KEY);
    written(cluster.write(order.get(1), KEY, "before", AckLevel.ALL));
    cluster.freeze(order.get(0));
    for (int i = 0; i < 10; i++) {
      written(cluster.write(order.get(1), KEY, "meanwhile " + i, AckLevel.QUORUM));
      cluster.pass(300);
    }
    cluster.thaw(order.get(0));
    cluster.pass(10_000);
    order.forEach(
        member -> assertEquals(List.of("meanwhile 9"), cluster.held(member, KEY), member));
  }

  @Test
  void shouldGoToTheNextMemberAtOnceWhenTheFirstOneStops() {
    SimCluster cluster = new SimCluster(3);
    List<String> order = cluster.preference(KEY);
    cluster.beginStop(order.get(0));
    long begunMillis = cluster.nowMillis();
    written(cluster.write(order.get(1), KEY, "value", AckLevel.ALL));
    long tookMillis = cluster.nowMillis() - begunMillis;
    assertTrue(tookMillis < Tuning.DEFAULT.forwardPatienceMillis(), "virtual ms: " + tookMillis);
    assertEquals(List.of("value"), cluster.held(order.get(0), KEY), "it still takes copies");
  }

  @Test
  void shouldMakeNoSiblingsForAWriterWhileMembersAreRestartedOneByOne() {
    SimCluster cluster = new SimCluster(3);
    for (String restarted : cluster.preference(KEY)) {
      for (int i = 0; i < 40; i++) {
        if (i == 5) {
          cluster.kill(restarted);
        } else if (i == 20) {
          cluster.restart(restarted);
        }
        String member = "n" + (1 + i % 3);
        if (member.equals(restarted) && i >= 5 && i <= 20) {
          continue;
        }
        Answer answer = cluster.write(member, KEY, restarted + " " + i, AckLevel.QUORUM);
        if (answer instanceof Answer.Written written) {
          assertEquals(1, written.siblings(), "write " + i + " without " + restarted);
        }
        cluster.pass(100);
      }
    }
  }

  @Test
  void shouldListEachKeyOfTheClusterOnceInOrder() {
    SimCluster cluster = new SimCluster(5);
    List<String> names = new ArrayList<>();
    for (int i = 100; i < 400; i++) {
      names.add("key/" + i);
      written(cluster.write("n" + (1 + i % 5), "key/" + i, "v", AckLevel.ALL));
    }
    written(cluster.delete("n1", "key/250", AckLevel.ALL));
    names.remove("key/250");

    List<String> listed = new ArrayList<>();
    Optional<Name> after = Optional.empty();
    do {
      Answer.KeyPage page =
          assertInstanceOf(
              Answer.KeyPage.class,
              cluster.ask(
                  "n3",
                  new Command.ListKeys(
                      new byte[0], after, 17, false, false, Command.Scope.CLUSTER)));
      assertTrue(page.lines().size() <= 17);
      page.lines().forEach(line -> listed.add(line.name().toString()));
      after = page.next();
    } while (after.isPresent());

    assertEquals(names, listed);
  }

  private static Set<String> holders(SimCluster cluster) {
    Set<String> holders = new HashSet<>(cluster.preference(KEY));
    holders.removeIf(member -> cluster.versions(member, KEY).isEmpty());
    return holders;
  }

  private static Answer.Written written(Answer answer) {
    return assertInstanceOf(Answer.Written.class, answer);
  }

  private static String onlyValue(Answer answer) {
    Answer.Found found = assertInstanceOf(Answer.Found.class, answer);
    assertEquals(1, found.siblings().size());
    return new String(
        found.siblings().get(0).value().orElseThrow().bytes(),
        java.nio.charset.StandardCharsets.UTF_8);
  }
}
