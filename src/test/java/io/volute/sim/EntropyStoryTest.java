package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.hashing.DigestKey;
import io.volute.hashing.Partitions;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.StoreException;
import io.volute.reaping.Floors;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a member lost comes back by comparing hash trees. */
class EntropyStoryTest {
  private static final int KEYS = 300;

  private static void writeAll(SimCluster cluster, String prefix, int keys) {
    for (int i = 0; i < keys; i++) {
      cluster.write("n1", prefix + i, "value " + i, AckLevel.ALL);
    }
  }

  /** Repairs to the end; returns how many keys differed. */
  private static long repair(SimCluster cluster, String member, String prefix) {
    long exchanged = 0;
    Optional<Command.RepairPlace> from = Optional.empty();
    do {
      byte[] bytes = prefix.getBytes(StandardCharsets.UTF_8);
      Answer.RepairStep step =
          assertInstanceOf(
              Answer.RepairStep.class, cluster.ask(member, new Command.Repair(bytes, from)));
      assertFalse(step.unreachable());
      exchanged += step.exchanged();
      from = step.next();
    } while (from.isPresent());
    return exchanged;
  }

  @Test
  void shouldMendKeysThatBeginSoWhenAskedTo() throws StoreException {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "a/", KEYS);
    writeAll(cluster, "b/", 2);
    cluster.pass(10_000);
    cluster.store("n2").remove(Name.of("a/290"));
    cluster.store("n2").remove(Name.of("b/1"));
    cluster.store("n3").remove(Name.of("a/7"));
    assertEquals(2, repair(cluster, "n2", "a/"));
    assertEquals(List.of("value 290"), cluster.held("n2", "a/290"));
    assertEquals(List.of("value 7"), cluster.held("n3", "a/7"));
    assertEquals(1, repair(cluster, "n2", ""));
    assertEquals(List.of("value 1"), cluster.held("n2", "b/1"));
    assertEquals(0, repair(cluster, "n2", ""));
  }

  @Test
  void shouldFindWhatDiffersWhileOneSecretReplacesAnother() throws StoreException {
    SimCluster cluster = new SimCluster(3);
    for (int i = 1; i <= 3; i++) {
      cluster.rekey("n" + i, List.of(SimSecrets.FIRST));
    }
    cluster.pass(10_000);
    writeAll(cluster, "k", 20);
    List<List<DigestKey>> stages =
        List.of(
            List.of(SimSecrets.FIRST, SimSecrets.SECOND),
            List.of(SimSecrets.SECOND, SimSecrets.FIRST),
            List.of(SimSecrets.SECOND));
    int next = 0;
    for (List<DigestKey> stage : stages) {
      for (int i = 1; i <= 3; i++) {
        cluster.rekey("n" + i, stage);
        cluster.pass(10_000);
        String key = "k" + next++;
        cluster.store("n2").remove(Name.of(key));
        repair(cluster, "n2", "");
        assertEquals(List.of("value " + key.substring(1)), cluster.held("n2", key));
      }
    }
  }

  @Test
  void shouldGoOnWhenItSharesASecretAgain() throws StoreException {
    SimCluster cluster = new SimCluster(2);
    cluster.rekey("n1", List.of(SimSecrets.FIRST));
    cluster.rekey("n2", List.of(SimSecrets.SECOND));
    cluster.pass(10_000);
    writeAll(cluster, "k", 20);
    cluster.store("n2").remove(Name.of("k7"));
    cluster.pass(60_000);
    assertEquals(List.of(), cluster.held("n2", "k7"));
    cluster.rekey("n2", List.of(SimSecrets.SECOND, SimSecrets.FIRST));
    cluster.pass(10_000);
    assertEquals(List.of("value 7"), cluster.held("n2", "k7"));
  }

  @Test
  void shouldSaySinceWhenMembersAreInSync() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "k", KEYS);
    cluster.pass(20_000);
    assertTrue(inSyncMillis(cluster).getAsLong() < 10_000);
    cluster.kill("n3");
    cluster.pass(60_000);
    long away = inSyncMillis(cluster).getAsLong();
    assertTrue(away >= 60_000 && away < 70_000, () -> "in sync " + away + " ms ago");
    cluster.restart("n3");
    cluster.pass(20_000);
    assertTrue(inSyncMillis(cluster).getAsLong() < 10_000);
  }

  @Test
  void shouldCountNoComparisonWithAMemberThatIsAway() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "k", KEYS);
    cluster.kill("n3");
    cluster.kill("n2");
    cluster.restart("n2");
    cluster.pass(60_000);
    for (String member : List.of("n1", "n2")) {
      Answer answer = cluster.ask(member, new Command.DescribeStatus());
      assertEquals(0, ((Answer.Status) answer).sweepsUnderWay(), member + " would never be ready");
    }
  }

  private static OptionalLong inSyncMillis(SimCluster cluster) {
    return ((Answer.Status) cluster.ask("n1", new Command.DescribeStatus())).inSyncMillis();
  }

  /** Names of eight bytes that fall into one leaf: XXH64 of so few bytes can be undone. */
  private static List<String> namesOfOneLeaf(int count) {
    List<String> names = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(7);
    while (names.size() < count) {
      long hash = Partitions.firstHashOf(77, 5) | random.nextLong(1L << 46);
      byte[] bytes = HashForger.nameOf(hash);
      boolean ascii = true;
      for (byte one : bytes) {
        ascii &= one >= 0;
      }
      if (ascii) {
        names.add(new String(bytes, StandardCharsets.US_ASCII));
      }
    }
    return names;
  }

  @Test
  void shouldFindAKeyInALeafThatIsFullOfNamesChosenForIt() throws StoreException {
    SimCluster cluster = new SimCluster(2);
    List<String> names = namesOfOneLeaf(1100);
    names.forEach(name -> cluster.write("n1", name, "value", AckLevel.ALL));
    assertEquals(77, Partitions.of(Name.of(names.get(9))));
    cluster.pass(10_000);
    cluster.store("n2").remove(Name.of(names.get(1000)));
    cluster.store("n1").remove(Name.of(names.get(3)));
    cluster.pass(20_000);
    assertEquals(List.of("value"), cluster.held("n2", names.get(1000)));
    assertEquals(List.of("value"), cluster.held("n1", names.get(3)));
  }

  /** More partitions differ than are asked about at once, and for a while there is no room. */
  @Test
  void shouldGoOnComparingOnceThereIsRoomAgain() throws StoreException {
    SimCluster cluster = new SimCluster(2);
    writeAll(cluster, "k", KEYS);
    cluster.pass(10_000);
    for (int i = 0; i < KEYS; i++) {
      cluster.store("n2").remove(Name.of("k" + i));
    }
    cluster.crowd("n1", "n2");
    cluster.crowd("n2", "n1");
    cluster.pass(6000);
    assertEquals(List.of(), cluster.held("n2", "k7"));
    cluster.heal();
    cluster.pass(6000);
    for (int i = 0; i < KEYS; i++) {
      assertEquals(List.of("value " + i), cluster.held("n2", "k" + i));
    }
  }

  /** With one exchange a member and interval, who has it at most doubles or so each time. */
  @Test
  void shouldSpreadACloneKeyInAboutAsManyIntervalsAsTheLogarithmOfMembers() throws StoreException {
    SimCluster cluster = new SimCluster(16);
    cluster.pass(100_000);
    Dot dot = new Dot(new Actor(new NodeId("n9"), 1), 1);
    Version version =
        new Version(
            dot, CausalContext.EMPTY, Version.Kind.VALUE, Mirrors.CLONE, 0, Version.NEVER, "", 5);
    cluster.store("n9").put(Name.of("k"), version, Value.of("value"), VersionSet.of(version));
    int intervals = 0;
    while (!holdAll(cluster, 16)) {
      cluster.pass(2000);
      intervals++;
      assertTrue(intervals <= 10, "2.5 times the logarithm of 16");
    }
  }

  private static boolean holdAll(SimCluster cluster, int members) {
    for (int i = 1; i <= members; i++) {
      if (cluster.versions("n" + i, "k").isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Test
  void shouldFillAWipedMember() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "k", KEYS);
    cluster.wipe("n2");
    cluster.restart("n2");
    cluster.pass(10_000);
    for (int i = 0; i < KEYS; i++) {
      assertEquals(List.of("value " + i), cluster.held("n2", "k" + i));
    }
  }

  /** Reads from the second member's own copy as soon as it serves. */
  private static Answer readOneOnceServing(SimCluster cluster, String name) {
    Answer answer = cluster.read("n2", name, AckLevel.ONE);
    while (answer instanceof Answer.Refused refused
        && refused.explanation().equals("the node starts")) {
      cluster.pass(1);
      answer = cluster.read("n2", name, AckLevel.ONE);
    }
    return answer;
  }

  /** What n1 knew once is damaged: the others were restarted and have proven nothing since. */
  @Test
  void shouldBringBackWhatWasDamagedThoughItWasKnownOnce() throws StoreException {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "k", 1);
    cluster.write("n1", "gone", "value", AckLevel.ALL);
    cluster.delete("n1", "gone", AckLevel.ALL);
    cluster.pass(60_000);
    assertTrue(cluster.versions("n1", "gone").isEmpty(), "floors are proven where it is reaped");
    cluster.store("n1").remove(Name.of("k0"));
    Floors.doubt(cluster.store("n1"));
    List.of("n1", "n2", "n3").forEach(cluster::kill);
    List.of("n1", "n2", "n3").forEach(cluster::restart);
    cluster.pass(20_000);
    for (String member : List.of("n1", "n2", "n3")) {
      assertEquals(List.of("value 0"), cluster.held(member, "k0"), member);
    }
  }

  /** A wiped member takes itself for the whole cluster, and clients tell it of dots by contexts. */
  @Test
  void shouldTakeBackWhatItLostThoughItReapedAloneMeanwhile() {
    SimCluster cluster = new SimCluster(3);
    cluster.join("n4", "n1");
    cluster.pass(5000);
    String first = cluster.preference("k").get(0);
    List<String> others = new ArrayList<>();
    for (int i = 0; others.size() < 10; i++) {
      if (cluster.preference("other" + i).get(0).equals(first)) {
        others.add("other" + i);
      }
    }
    others.forEach(other -> cluster.write("n1", other, "value", AckLevel.ALL));
    Answer.Written last =
        assertInstanceOf(Answer.Written.class, cluster.write("n1", "k", "value", AckLevel.ALL));

    cluster.cutOff(List.of("n4"));
    cluster.wipe("n4");
    cluster.restart("n4");
    cluster.pass(3000);
    cluster.writeOver("n4", "k", "later", last.version());
    cluster.delete("n4", "k", AckLevel.ONE);
    cluster.pass(30_000);
    List.of("n1", "n2", "n3").forEach(cluster::kill);
    List.of("n1", "n2", "n3").forEach(cluster::restart);
    cluster.heal();
    cluster.pass(30_000);

    for (String other : others) {
      for (String owner : cluster.preference(other).subList(0, 3)) {
        assertEquals(List.of("value"), cluster.held(owner, other), owner + " of " + other);
      }
    }
  }

  /** It is no longer alone, and not fresh any more, when who it has forgotten comes back. */
  @Test
  void shouldTakeBackWhatItLostThoughItReapedWithANewcomerMeanwhile() {
    SimCluster cluster = new SimCluster(1);
    cluster.join("n2", "n1");
    cluster.pass(5000);
    List<String> names = new ArrayList<>();
    for (int i = 0; names.size() < 11; i++) {
      if (cluster.preference("k" + i).get(0).equals("n2")) {
        names.add("k" + i);
      }
    }
    String deleted = names.remove(10);
    names.forEach(name -> cluster.write("n2", name, "value", AckLevel.ALL));
    Answer.Written last =
        assertInstanceOf(Answer.Written.class, cluster.write("n2", deleted, "value", AckLevel.ALL));

    cluster.kill("n2");
    cluster.wipe("n1");
    cluster.restart("n1");
    cluster.pass(3000);
    cluster.join("n3", "n1");
    cluster.pass(5000);
    cluster.writeOver("n1", deleted, "later", last.version());
    cluster.delete("n1", deleted, AckLevel.ALL);
    cluster.pass(30_000);
    cluster.restart("n2");
    cluster.pass(30_000);

    for (String name : names) {
      for (String owner : List.of("n1", "n2", "n3")) {
        assertEquals(List.of("value"), cluster.held(owner, name), owner + " of " + name);
      }
    }
    assertEquals(List.of(), cluster.held("n2", deleted), "what was deleted stays so");
  }

  @Test
  void shouldNotTakeAWipedMembersWordThatThereIsNothing() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "k", 1);
    cluster.wipe("n2");
    cluster.restart("n2");
    assertInstanceOf(Answer.Found.class, readOneOnceServing(cluster, "k0"));
  }

  @Test
  void shouldRatherRefuseAReadThanBelieveAStoreThatIsFresh() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "k", 1);
    cluster.kill("n1");
    cluster.kill("n3");
    cluster.wipe("n2");
    cluster.restart("n2");
    Answer.Refused refused =
        assertInstanceOf(Answer.Refused.class, readOneOnceServing(cluster, "k0"));
    assertEquals(Answer.Reason.UNAVAILABLE, refused.reason());
    assertTrue(refused.explanation().contains("began empty"), refused.explanation());
    // A restart in the midst of the refill changes nothing, not even with some keys in the store.
    cluster.write("n2", "new", "value", AckLevel.ONE);
    cluster.kill("n2");
    cluster.restart("n2");
    assertInstanceOf(Answer.Refused.class, readOneOnceServing(cluster, "k0"));
    cluster.restart("n1");
    cluster.pass(10_000);
    cluster.kill("n1");
    assertInstanceOf(Answer.NotFound.class, cluster.read("n2", "none", AckLevel.ONE));
  }

  @Test
  void shouldFindTheFewKeysThatAnOlderCopyLacks() {
    SimCluster cluster = new SimCluster(3);
    writeAll(cluster, "old", KEYS);
    Object copy = cluster.copyDisk("n2");
    writeAll(cluster, "new", 3);
    cluster.delete("n1", "old7", AckLevel.ALL);
    cluster.kill("n2");
    cluster.restoreCopy("n2", copy);
    assertFalse(cluster.held("n2", "old7").isEmpty());
    cluster.restart("n2");
    cluster.pass(10_000);
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("value " + i), cluster.held("n2", "new" + i));
    }
    for (String member : List.of("n1", "n2", "n3")) {
      assertEquals(List.of(), cluster.held(member, "old7"), member);
    }
  }
}
