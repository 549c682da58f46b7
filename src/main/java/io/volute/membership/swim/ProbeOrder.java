package io.volute.membership.swim;

import io.volute.identity.NodeId;
import io.volute.port.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whom to probe next: all in turn, in an order that is shuffled for each round, so that a dead
 * member is probed by each other one within two rounds (SWIM, section 4.3).
 */
final class ProbeOrder {
  private final Dice dice;
  private final List<NodeId> order = new ArrayList<>();
  private int next;

  ProbeOrder(Dice dice) {
    this.dice = dice;
  }

  void add(NodeId node) {
    int position = dice.nextBelow(order.size() + 1);
    order.add(position, node);
    if (position < next) {
      next++;
    }
  }

  void remove(NodeId node) {
    int position = order.indexOf(node);
    if (position >= 0) {
      order.remove(position);
      if (position < next) {
        next--;
      }
    }
  }

  /** The next one that needs it; empty when nobody does. */
  Optional<NodeId> next(Predicate<NodeId> needsIt) {
    // The rest of this round and a whole one more.
    for (int looked = 0; looked < 2 * order.size(); looked++) {
      if (next >= order.size()) {
        shuffle();
        next = 0;
      }
      NodeId node = order.get(next++);
      if (needsIt.test(node)) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  private void shuffle() {
    for (int i = order.size() - 1; i > 0; i--) {
      int j = dice.nextBelow(i + 1);
      NodeId moved = order.get(i);
      order.set(i, order.get(j));
      order.set(j, moved);
    }
  }
}
