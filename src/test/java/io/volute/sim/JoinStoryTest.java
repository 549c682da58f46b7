package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.settings.NetworkTuning;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that come to a cluster: how soon all know them, and who is not taken in. */
class JoinStoryTest {
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

  /** A full exchange would find it after five protocol periods only. */
  @Test
  void shouldTellAllOfAJoinWithinATenthOfAProtocolPeriod() {
    SimCluster twelve = new SimCluster(12);
    twelve.join("n13", "n1");
    twelve.pass(NetworkTuning.LAN.probeIntervalMillis() / 10);
    for (int i = 1; i <= 13; i++) {
      assertEquals(13, twelve.membership("n" + i).size(), "n" + i);
    }
  }

  @Test
  void shouldTellAllOfALargeClusterOfAJoinWithinTwoProtocolPeriods() {
    SimCluster many = new SimCluster(24);
    many.join("n25", "n1");
    many.pass(2 * NetworkTuning.LAN.probeIntervalMillis());
    for (int i = 1; i <= 25; i++) {
      assertEquals(25, many.membership("n" + i).size(), "n" + i);
    }
  }

  /** The answer to its first call comes before it can make use of it. */
  @Test
  void shouldJoinAsSoonAsItRunsWhenItTookLongToStart() {
    cluster.start(
        "n4",
        node -> {
          node.slowDisk(300);
          node.callAt(List.of(cluster.addressOf(new NodeId("n1"))));
        });
    cluster.pass(300 + NetworkTuning.LAN.probeIntervalMillis() / 10);
    for (String member : List.of("n1", "n2", "n3", "n4")) {
      assertSeen(member, ALL_FOUR);
    }
  }

  @Test
  void shouldSayOnceThatNobodyAnswersWhereALoneNodeCalls() {
    cluster.start("n4", node -> node.callAt(List.of(new HostPort("nobody", 1))));
    cluster.pass(120_000);
    assertSaid("n4", "this node is alone, since no member has answered at nobody:1 so far");
    assertEquals(1, cluster.notices("n4").size());
  }

  @Test
  void shouldNotCallANodeAloneThatHasMetAMember() {
    HostPort member = cluster.addressOf(new NodeId("n1"));
    cluster.start("n4", node -> node.callAt(List.of(new HostPort("nobody", 1), member)));
    cluster.pass(120_000);
    assertEquals(List.of(), cluster.notices("n4"));
  }

  @Test
  void shouldRefuseANameAndAnAddressThatLivingMembersHave() {
    cluster.impostor("n2", 77, "n1");
    cluster.pass(5000);
    assertSaid("n1", "a node was not taken in: the name n2 is that of a living member at sim:2");
    cluster.impostor("x", 2, "n1");
    cluster.pass(5000);
    assertSaid("n1", "a node was not taken in: x gives sim:2 as its address, which is n2's");
    assertSeen("n1", List.of("n1 ALIVE", "n2 ALIVE", "n3 ALIVE"));
  }

  @Test
  void shouldSayOnceThatSomebodyCallsUnderTheNameOfALivingMember() {
    for (int i = 0; i < 30; i++) {
      call("n2", 77, "n1");
      cluster.pass(1000);
    }
    assertEquals(
        List.of(
            "a node was not taken in: the name n2 is that of a living member at sim:2: allowed is"
                + " one of its own; sim:77 calls under it"),
        cluster.notices("n1"));
  }

  @Test
  void shouldNotTakeAMemberForAnotherThatHasMovedAndCalls() {
    cluster.kill("n2");
    for (int i = 0; i < 30; i++) {
      call("n2", 77, "n1");
      cluster.pass(1000);
    }
    assertEquals(
        List.of("member n2 at sim:2 is dead: no member has heard of it for a while"),
        cluster.notices("n1"));
  }

  /** Under this name, from this address. */
  private void call(String name, int port, String member) {
    cluster.node(member).called(new NodeId(name), new HostPort("sim", port));
  }

  private void assertSaid(String member, String beginning) {
    List<String> notices = cluster.notices(member);
    assertTrue(notices.stream().anyMatch(one -> one.startsWith(beginning)), notices::toString);
  }
}
