package io.volute.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.identity.NodeId;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.sim.SimCluster;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Deleted keys that come back once their tombstones are reaped (Cassandra's "zombies", Riak's
 * bouncing tombstones). The guard is the floor below which members refuse what they don't know; the
 * stories named "without the guard" take it away, and the key is back.
 */
@Tag("history")
class ReapedKeysTest {
  private static final String KEY = "k";
  private static final List<String> MEMBERS = List.of("n1", "n2", "n3");

  private final SimCluster cluster = new SimCluster(3);

  private void assertGoneEverywhere() {
    for (String member : MEMBERS) {
      assertTrue(cluster.versions(member, KEY).isEmpty(), member);
    }
  }

  private void writeAndDelete() {
    assertInstanceOf(Answer.Written.class, cluster.write("n1", KEY, "old", AckLevel.ALL));
    assertInstanceOf(Answer.Written.class, cluster.delete("n1", KEY, AckLevel.ALL));
  }

  private void reap() {
    cluster.pass(30_000);
    assertGoneEverywhere();
  }

  private void bringBack(String member, Object copy) {
    cluster.kill(member);
    cluster.restoreCopy(member, copy);
    cluster.restart(member);
  }

  /** The members forget how far they had known everything. */
  private void takeTheGuardAway() throws StoreException {
    for (String member : MEMBERS) {
      cluster.kill(member);
      Store store = cluster.store(member);
      for (String note : store.notes("floor/", "", 1000)) {
        store.removeNote(note);
      }
      cluster.restart(member);
    }
    cluster.pass(1000);
  }

  @Test
  void shouldReapADeletedKeyAtEveryMember() {
    writeAndDelete();
    assertFalse(cluster.versions("n2", KEY).isEmpty());
    reap();
    assertInstanceOf(Answer.NotFound.class, cluster.read("n2", KEY, AckLevel.ALL));
    assertInstanceOf(Answer.Written.class, cluster.write("n3", KEY, "new", AckLevel.ALL));
    cluster.pass(30_000);
    for (String member : MEMBERS) {
      assertEquals(List.of("new"), cluster.held(member, KEY));
    }
  }

  private Answer readAsNewAs(String member, Answer written) {
    CausalContext seen = assertInstanceOf(Answer.Written.class, written).version();
    return cluster.ask(
        member,
        new Command.Read(Name.of(KEY), Optional.of(seen), AckLevel.DEFAULT, Command.Values.ALL));
  }

  @Test
  void shouldAnswerWhoHasDeletedAKeyAfterItsReapingByANodeAlone() {
    SimCluster alone = new SimCluster(1);
    alone.write("n1", KEY, "old", AckLevel.DEFAULT);
    Answer deleted = alone.delete("n1", KEY, AckLevel.DEFAULT);
    alone.pass(30_000);
    assertTrue(alone.versions("n1", KEY).isEmpty());
    CausalContext seen = assertInstanceOf(Answer.Written.class, deleted).version();
    Command.Read read =
        new Command.Read(Name.of(KEY), Optional.of(seen), AckLevel.DEFAULT, Command.Values.ALL);
    assertInstanceOf(Answer.NotFound.class, alone.ask("n1", read));
  }

  @Test
  void shouldNotTakeAVersionForReapedThatOnlyAMemberWhichIsAwayMayHave() {
    List<String> order = cluster.preference(KEY);
    Answer written =
        cluster.ask(
            order.get(1),
            new Command.Write(
                Name.of(KEY),
                Value.of("one copy"),
                "",
                Optional.of(new Mirrors(1)),
                Optional.empty(),
                0,
                AckLevel.DEFAULT,
                Condition.NONE));
    cluster.write(order.get(0), "another", "value", AckLevel.ALL);
    // Reaping it proves how far each member has known everything of the keys that it owns.
    cluster.delete(order.get(0), "another", AckLevel.ALL);
    cluster.pass(30_000);
    assertInstanceOf(Answer.Found.class, readAsNewAs(order.get(1), written));
    cluster.kill(order.get(0));
    cluster.pass(10_000);
    assertInstanceOf(Answer.Refused.class, readAsNewAs(order.get(1), written));
    cluster.restart(order.get(0));
    cluster.pass(10_000);
    assertInstanceOf(Answer.Found.class, readAsNewAs(order.get(1), written));
  }

  @Test
  void shouldTakeAVersionForReapedWhenWhoeverMayHaveItSaysSo() {
    cluster.write("n1", KEY, "old", AckLevel.ALL);
    Answer deleted = cluster.delete("n1", KEY, AckLevel.ALL);
    reap();
    List<String> order = cluster.preference(KEY);
    assertInstanceOf(Answer.NotFound.class, readAsNewAs(order.get(2), deleted));
    cluster.kill(order.get(1));
    cluster.pass(10_000);
    assertInstanceOf(Answer.NotFound.class, readAsNewAs(order.get(2), deleted));
  }

  private void deleteWhileItIsAwayForLong(String member) {
    cluster.write("n1", KEY, "old", AckLevel.ALL);
    cluster.pass(10_000);
    cluster.kill(member);
    cluster.delete("n1", KEY, AckLevel.QUORUM);
    cluster.pass(600_000);
    assertFalse(cluster.versions("n1", KEY).isEmpty());
  }

  @Test
  void shouldNotReapWhileAMemberIsAwayHoweverLong() {
    deleteWhileItIsAwayForLong("n2");
    cluster.restart("n2");
    cluster.pass(100_000);
    assertGoneEverywhere();
  }

  @Test
  void shouldReapAgainOnceAMemberThatStaysAwayIsRemoved() {
    deleteWhileItIsAwayForLong("n2");
    cluster.ask("n1", new Command.RemoveMember(new NodeId("n2")));
    cluster.pass(200_000);
    assertTrue(cluster.versions("n1", KEY).isEmpty());
    assertTrue(cluster.versions("n3", KEY).isEmpty());
  }

  @Test
  void shouldNotResurrectAReapedKeyFromABackup() {
    cluster.write("n1", KEY, "old", AckLevel.ALL);
    Object copy = cluster.copyDisk("n2");
    cluster.delete("n1", KEY, AckLevel.ALL);
    reap();
    bringBack("n2", copy);
    assertEquals(List.of("old"), cluster.held("n2", KEY));
    cluster.pass(10_000);
    assertGoneEverywhere();
  }

  @Test
  void shouldResurrectItWithoutTheGuard() throws StoreException {
    cluster.write("n1", KEY, "old", AckLevel.ALL);
    Object copy = cluster.copyDisk("n2");
    cluster.delete("n1", KEY, AckLevel.ALL);
    reap();
    takeTheGuardAway();
    bringBack("n2", copy);
    cluster.pass(10_000);
    assertEquals(List.of("old"), cluster.held("n1", KEY));
  }

  @Test
  void shouldNotLetATombstoneBounceBackFromABackup() {
    writeAndDelete();
    Object copy = cluster.copyDisk("n2");
    reap();
    bringBack("n2", copy);
    assertFalse(cluster.versions("n2", KEY).isEmpty());
    for (int i = 0; i < 100; i++) {
      cluster.pass(50);
      assertTrue(cluster.versions("n1", KEY).isEmpty());
      assertTrue(cluster.versions("n3", KEY).isEmpty());
    }
    assertGoneEverywhere();
  }

  @Test
  void shouldLetATombstoneBounceBackWithoutTheGuard() throws StoreException {
    writeAndDelete();
    Object copy = cluster.copyDisk("n2");
    reap();
    takeTheGuardAway();
    bringBack("n2", copy);
    cluster.pass(1400);
    assertFalse(cluster.versions("n1", KEY).isEmpty());
  }

  @Test
  void shouldKeepWhatIsNewBesideWhatABackupBringsBack() {
    cluster.write("n1", KEY, "old", AckLevel.ALL);
    Object copy = cluster.copyDisk("n2");
    cluster.delete("n1", KEY, AckLevel.ALL);
    reap();
    cluster.write("n1", KEY, "new", AckLevel.ALL);
    bringBack("n2", copy);
    cluster.pass(20_000);
    for (String member : MEMBERS) {
      assertEquals(List.of("new"), cluster.held(member, KEY), member);
    }
  }

  @Test
  void shouldInsistOnAKeyThatAnOwnerHasLost() throws StoreException {
    writeAndDelete();
    cluster.write("n1", "kept", "value", AckLevel.ALL);
    cluster.delete("n1", KEY, AckLevel.ALL);
    cluster.pass(30_000);
    // As a damaged disk does; the floors of n2 say that it had known the key.
    cluster.store("n2").remove(Name.of("kept"));
    cluster.pass(20_000);
    for (String member : MEMBERS) {
      assertEquals(List.of("value"), cluster.held(member, "kept"), member);
    }
  }

  @Test
  void shouldReapWhatHasExpiredByTheSlowestClockAndKeepTreesEqual() {
    // Who coordinates the write sets the time; another one's clock is ahead.
    List<String> order = cluster.preference(KEY);
    cluster.jumpClock(order.get(2), 3_600_000);
    cluster.ask(
        order.get(0),
        new Command.Write(
            Name.of(KEY),
            Value.of("short"),
            "",
            Optional.empty(),
            Optional.empty(),
            4_000_000,
            AckLevel.ALL,
            Condition.NONE));
    // With another key to reap all have rounds, and prove that they know what is to expire.
    cluster.write(order.get(0), "other", "value", AckLevel.ALL);
    cluster.delete(order.get(0), "other", AckLevel.ALL);
    cluster.pass(300_000);
    // By that clock it is over soon; by the others' it is not, and nobody lets go of it meanwhile.
    for (int seconds = 0; seconds < 600; seconds++) {
      cluster.pass(1000);
      for (String member : MEMBERS) {
        assertEquals(1, cluster.versions(member, KEY).size(), member);
      }
    }
    cluster.pass(4_000_000);
    assertGoneEverywhere();
  }

  /** Alone it would find that everybody vouches for it, since there is nobody. */
  @Test
  void shouldProveNothingOnceItHasLeft() {
    cluster.join("n4", "n1");
    cluster.pass(10_000);
    cluster.write("n1", "other", "value", AckLevel.ALL);
    writeAndDelete();
    cluster.cutOff(List.of("n2"));
    cluster.ask("n4", new Command.Leave());
    cluster.heal();
    cluster.write("n1", KEY, "again", AckLevel.ALL);
    List<String> before = floorsOf("n4");
    cluster.pass(100_000);
    assertEquals(before, floorsOf("n4"));
  }

  private List<String> floorsOf(String member) {
    Store store = cluster.store(member);
    List<String> floors = new ArrayList<>();
    for (String note : store.notes("floor/at/", "", 1000)) {
      floors.add(note + " " + ByteBuffer.wrap(store.note(note).orElseThrow()).getLong());
    }
    return floors;
  }

  @Test
  void shouldReapWhatAStandInStillHolds() {
    SimCluster four = new SimCluster(4);
    List<String> owners = four.owners(KEY, 3);
    String standIn = four.preference(KEY).get(3);
    four.kill(owners.get(2));
    four.pass(8000);
    four.write(owners.get(0), KEY, "old", AckLevel.ALL);
    four.pass(1000);
    assertEquals(List.of("old"), four.held(standIn, KEY));
    four.restart(owners.get(2));
    four.pass(10_000);
    four.delete(owners.get(0), KEY, AckLevel.ALL);
    four.pass(60_000);
    for (String member : List.of("n1", "n2", "n3", "n4")) {
      assertTrue(four.versions(member, KEY).isEmpty(), member);
    }
  }
}
