package io.volute.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.hashing.Partitions;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementsTest {
  private static final Mirrors THREE = new Mirrors(3);
  private static final Name NAME = Name.of("key");

  private final Placements placements = new Placements(members("a", "b", "c"), false);

  private static List<MemberEntry> members(String... ids) {
    return Arrays.stream(ids)
        .map(id -> new MemberEntry(new NodeId(id), new HostPort(id, 1), Optional.empty(), 1))
        .toList();
  }

  private List<List<MemberEntry>> epochs() {
    return placements.epochs().stream().map(Placements.Kept::members).toList();
  }

  @Test
  void shouldAskTheOwnersOfBothEpochsWhileKeysMove() {
    placements.use(members("a", "b", "c", "d", "e", "f", "g"), true);
    assertFalse(placements.isSettled());
    List<List<NodeId>> groups = placements.current().groups(NAME, THREE);
    assertEquals(placements.newest().owners(NAME, THREE), groups.get(0));
    Set<NodeId> older = Set.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));
    assertEquals(older, new HashSet<>(groups.get(1)));
    List<NodeId> owners = placements.current().owners(NAME, THREE);
    groups.forEach(group -> assertTrue(owners.containsAll(group)));
    List<NodeId> order = placements.current().order(NAME, THREE);
    assertEquals(owners, order.subList(0, owners.size()));
    assertEquals(7, order.size());
  }

  @Test
  void shouldNameTheMirrorCountsForWhichTooFewOwnersCanBeReached() {
    int partition = Partitions.of(NAME);
    List<NodeId> order = placements.newest().preference(NAME);
    assertEquals(List.of(), placements.current().shortOfOwners(partition, node -> true));
    assertEquals(
        List.of(new MirrorRange(1, 2), new MirrorRange(2, 3)),
        placements.current().shortOfOwners(partition, node -> !node.equals(order.get(0))));
    assertEquals(
        List.of(new MirrorRange(2, 3)),
        placements.current().shortOfOwners(partition, node -> !node.equals(order.get(1))));
    assertEquals(
        List.of(
            new MirrorRange(1, 2),
            new MirrorRange(2, 3),
            new MirrorRange(3, MirrorRange.CLONE_WIDTH),
            MirrorRange.from(MirrorRange.CLONE_WIDTH)),
        placements.current().shortOfOwners(partition, node -> node.equals(order.get(2))));
    Placements clone = new Placements(members("a", "b", "c"), true);
    assertEquals(
        List.of(), clone.current().shortOfOwners(partition, node -> !node.text().equals("a")));
    assertEquals(
        List.of(MirrorRange.ALL),
        clone.current().shortOfOwners(partition, node -> node.text().equals("a")));
  }

  @Test
  void shouldHaveOneGroupAgainWhenTheOlderEpochIsHistory() {
    placements.use(members("a", "b", "c", "d"), true);
    placements.retireOlder();
    assertTrue(placements.isSettled());
    assertEquals(1, placements.current().groups(NAME, THREE).size());
  }

  @Test
  void shouldReplaceAnEpochThatNobodyCountsOnAlone() {
    placements.use(members("a", "b", "c", "d"), true);
    placements.use(members("a", "b", "c", "d", "e"), false);
    assertEquals(2, placements.epochs().size());
    placements.use(members("a", "b", "c", "d", "e", "f"), true);
    assertEquals(3, placements.epochs().size());
  }

  @Test
  void shouldSettleAtOnceWhenAChangeIsTakenBackThatNobodyCountedOn() {
    placements.use(members("a", "b", "c", "d"), true);
    placements.use(members("a", "b", "c"), false);
    assertTrue(placements.isSettled());
  }

  @Test
  void shouldKeepNoMoreEpochsThanTheBound() {
    List<String> ids = new ArrayList<>(List.of("a", "b", "c"));
    for (int i = 0; i < 9; i++) {
      ids.add("m" + i);
      placements.use(members(ids.toArray(String[]::new)), true);
      assertTrue(placements.epochs().size() <= Placements.MAX_EPOCHS);
    }
    assertEquals(members("a", "b", "c"), placements.epochs().get(0).members());
    assertEquals(12, placements.newest().preference(NAME).size());
  }

  @Test
  void shouldForgetInAllEpochsWhoNeverReturns() {
    placements.use(members("a", "b", "c", "d"), true);
    placements.keepOnly(id -> !id.text().equals("c"));
    assertEquals(List.of(members("a", "b"), members("a", "b", "d")), epochs());
    placements.keepOnly(id -> !id.text().equals("d"));
    assertEquals(List.of(members("a", "b")), epochs());
  }

  @Test
  void shouldGoOnFromTheEpochsBeforeARestart() {
    placements.use(members("a", "b", "c", "d"), true);
    Placements later = new Placements(members("a", "b", "c", "d"), false);
    later.resume(placements.epochs());
    assertEquals(placements.epochs(), later.epochs());
    assertEquals(placements.digest(), later.digest());
    Placements quiet = new Placements(members("a", "b"), false);
    quiet.resume(List.of());
    assertTrue(quiet.isSettled());
  }

  @Test
  void shouldKnowAfterARestartThatNothingWasWrittenInAnEpoch() {
    Placements joining = new Placements(members("new"), false);
    joining.endBare(members("a", "b", "c", "new"));
    joining.use(members("a", "b", "c", "new"), true);
    Placements later = new Placements(members("a", "b", "c", "new"), false);
    later.resume(joining.epochs());
    NodeId own = new NodeId("new");
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      int least = later.newest().leastMirrors(partition, own);
      assertEquals(least, later.current().leastMirrors(partition, own), "what it is to own only");
    }
  }

  @Test
  void shouldStillKnowAnEpochForBareWhenAMemberOfItNeverReturns() {
    placements.endBare(members("a", "b", "c", "d"));
    placements.use(members("a", "b", "c", "d"), true);
    placements.keepOnly(id -> !id.text().equals("c"));
    assertTrue(placements.epochs().get(0).isBare());
    assertFalse(placements.epochs().get(1).isBare());
  }

  @Test
  void shouldNotTakeDataForInPlaceWhileAMajorityOfItsOwnersIsOutOfReach() {
    assertFalse(placements.mayBeOutOfReach(THREE, node -> false));
    placements.use(members("a", "b", "c", "d"), true);
    assertFalse(placements.mayBeOutOfReach(THREE, node -> !node.text().equals("a")));
    assertTrue(placements.mayBeOutOfReach(THREE, node -> node.text().compareTo("c") >= 0));
  }

  @Test
  void shouldTellPlacementsApartByWhoOwnsWhatOnly() {
    long digest = placements.digest();
    List<MemberEntry> moved = new ArrayList<>(members("a", "b"));
    moved.add(new MemberEntry(new NodeId("c"), new HostPort("other", 9), Optional.empty(), 1));
    assertFalse(placements.use(moved, true));
    moved.set(2, new MemberEntry(new NodeId("c"), new HostPort("c", 1), Optional.empty(), 2));
    assertTrue(placements.use(moved, true));
    assertNotEquals(digest, placements.digest());
  }
}
