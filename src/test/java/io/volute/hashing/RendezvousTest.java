package io.volute.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.NodeId;
import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static NodeId node(String text) {
    return new NodeId(text);
  }

  @Test
  void shouldStayTheSameToTheLastBitWhenTheProgramChanges() {
    // Any other value moves partitions of running clusters.
    assertEquals(491.0121333702475, Rendezvous.score(0, node("a"), 100), 0);
    assertEquals(38.397598272501114, Rendezvous.score(0, node("b"), 100), 0);
    assertEquals(210.9615324388275, Rendezvous.score(1, node("a"), 100), 0);
    assertEquals(2.5503678970924586, Rendezvous.score(1023, node("node-17.example"), 1), 0);
    assertEquals(2441.978101604633, Rendezvous.score(512, node("x"), 1000), 0);
  }

  @Test
  void shouldBeFiniteAndPositiveWhenHashIsAny() {
    Seeds.check(
        2000,
        generator -> {
          NodeId node = node(generator.text("abcdefgh0123.-_", 1 + generator.below(64)));
          int partition = generator.below(Partitions.COUNT);
          double light = Rendezvous.score(partition, node, 1);
          assertTrue(light > 0 && Double.isFinite(light));
          double heavy = Rendezvous.score(partition, node, 1000);
          assertEquals(1000, heavy / light, 1e-9);
        });
  }

  /** Members with their weights, in the order in which they bid for a partition. */
  private static List<NodeId> order(int partition, Map<NodeId, Integer> weights) {
    List<NodeId> nodes = new ArrayList<>(weights.keySet());
    nodes.sort(
        Comparator.<NodeId>comparingDouble(
                node -> Rendezvous.score(partition, node, weights.get(node)))
            .reversed());
    return nodes;
  }

  private static Map<NodeId, Integer> cluster(Generator generator, int size) {
    Map<NodeId, Integer> weights = new LinkedHashMap<>();
    while (weights.size() < size) {
      NodeId node = node("n" + generator.below(1_000_000));
      weights.put(node, (int) generator.between(1, 1000));
    }
    return weights;
  }

  @Test
  void shouldWinInProportionToWeightWhenManyClustersBid() {
    int clusters = 60;
    int[] weights = {100, 200, 300, 400};
    int[] wins = new int[weights.length];
    for (int cluster = 0; cluster < clusters; cluster++) {
      Map<NodeId, Integer> members = new LinkedHashMap<>();
      for (int i = 0; i < weights.length; i++) {
        members.put(node("c" + cluster + ".m" + i), weights[i]);
      }
      List<NodeId> ids = List.copyOf(members.keySet());
      for (int partition = 0; partition < Partitions.COUNT; partition++) {
        wins[ids.indexOf(order(partition, members).get(0))]++;
      }
    }
    for (int i = 0; i < weights.length; i++) {
      double expected = clusters * Partitions.COUNT * weights[i] / 1000.0;
      assertEquals(1, wins[i] / expected, 0.04, "weight " + weights[i]);
    }
  }

  @Test
  void shouldShareEvenlyWhenHundredMembersHaveTheSameWeight() {
    Map<NodeId, Integer> members = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      members.put(node("10.0.0." + i), 100);
    }
    Map<NodeId, Integer> places = new LinkedHashMap<>();
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      order(partition, members).subList(0, 3).forEach(node -> places.merge(node, 1, Integer::sum));
    }
    assertEquals(100, places.size());
    // 30.7 places each on average, with a deviation of 5.5.
    places.forEach((node, count) -> assertTrue(count > 8 && count < 54, node + " " + count));
  }

  @Test
  void shouldMoveOnlyWhatItWinsOrHeldWhenMemberComesOrGoes() {
    Seeds.check(
        5,
        generator -> {
          Map<NodeId, Integer> before = cluster(generator, 2 + generator.below(12));
          Map<NodeId, Integer> after = new LinkedHashMap<>(before);
          NodeId added = node("added");
          after.put(added, 100);
          int won = 0;
          for (int partition = 0; partition < Partitions.COUNT; partition++) {
            List<NodeId> order = order(partition, after);
            won += order.get(0).equals(added) ? 1 : 0;
            order.remove(added);
            assertEquals(order(partition, before), order);
          }
          int total = after.values().stream().mapToInt(Integer::intValue).sum();
          double share = 100.0 / total;
          double deviation = Math.sqrt(Partitions.COUNT * share * (1 - share));
          assertEquals(Partitions.COUNT * share, won, 5 * deviation);
        });
  }
}
