package io.volute.entropy;

import io.volute.identity.NodeId;
import io.volute.record.Name;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/** Keys that are to be made equal with a peer, some at the same time. */
final class KeyQueue {
  private static final int WINDOW = 32;

  private record Job(Name name, Consumer<KeyExchange.Outcome> whenOver) {}

  private final KeyExchange exchange;
  private final NodeId peer;
  private final ArrayDeque<Job> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean over;

  KeyQueue(KeyExchange exchange, NodeId peer) {
    this.exchange = exchange;
    this.peer = peer;
  }

  void add(Name name, Consumer<KeyExchange.Outcome> whenOver) {
    waiting.add(new Job(name, whenOver));
    more();
  }

  private void more() {
    while (underWay < WINDOW && !waiting.isEmpty() && !over) {
      Job job = waiting.poll();
      underWay++;
      exchange.start(
          peer,
          job.name(),
          outcome -> {
            underWay--;
            if (!over) {
              job.whenOver().accept(outcome);
              more();
            }
          });
    }
  }

  int size() {
    return waiting.size() + underWay;
  }

  /** What is under way ends by itself, and nobody is told. */
  void giveUp() {
    over = true;
    waiting.clear();
  }
}
