package io.volute.membership.swim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.NodeId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbeOrderTest {
  private final Random random = new Random(5);
  private final ProbeOrder order = new ProbeOrder(random::nextLong);

  @Test
  void shouldComeToEveryoneInEachRound() {
    for (int i = 0; i < 20; i++) {
      order.add(new NodeId("m" + i));
    }
    // The first round may be under way in any place.
    for (int i = 0; i < 20; i++) {
      order.next(node -> true);
    }
    for (int round = 0; round < 5; round++) {
      Set<NodeId> probed = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        probed.add(order.next(node -> true).orElseThrow());
      }
      assertTrue(probed.size() >= 10, "round " + round + ": " + probed);
    }
  }

  @Test
  void shouldComeToEveryoneWithinTwoRoundsWhateverComesAndGoes() {
    for (long seed = 0; seed < 200; seed++) {
      Random dice = new Random(seed);
      ProbeOrder changing = new ProbeOrder(dice::nextLong);
      NodeId watched = new NodeId("watched");
      changing.add(watched);
      int size = 1;
      int since = 0;
      for (int step = 0; step < 300; step++) {
        if (dice.nextInt(3) == 0 && size < 12) {
          changing.add(new NodeId("m" + step));
          size++;
        }
        since = changing.next(node -> true).equals(Optional.of(watched)) ? 0 : since + 1;
        assertTrue(since <= 24, "seed " + seed + " step " + step);
      }
    }
  }

  @Test
  void shouldPassOverThoseThatNeedNoProbe() {
    order.add(new NodeId("a"));
    order.add(new NodeId("b"));
    for (int i = 0; i < 5; i++) {
      assertEquals("b", order.next(node -> node.text().equals("b")).orElseThrow().text());
    }
    assertTrue(order.next(node -> false).isEmpty());
    order.remove(new NodeId("b"));
    assertEquals("a", order.next(node -> true).orElseThrow().text());
  }
}
