package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** The questions of one exchange with a peer. After {@link #giveUp} no answer gets through. */
final class PeerQuestions {
  private final Surroundings around;
  private final NodeId peer;
  private final Set<Long> open = new LinkedHashSet<>();
  private boolean over;

  PeerQuestions(Surroundings around, NodeId peer) {
    this.around = around;
    this.peer = peer;
  }

  /** Asks until there is an answer of this type, or the exchange is given up. */
  <M extends Message> void ask(
      LongFunction<Message> question, Class<M> type, Consumer<M> onAnswer) {
    if (over) {
      return;
    }
    long[] id = {0};
    id[0] =
        around
            .questions()
            .ask(
                around.endpoint(peer),
                question,
                answer -> {
                  if (!type.isInstance(answer)) {
                    return false;
                  }
                  open.remove(id[0]);
                  onAnswer.accept(type.cast(answer));
                  return true;
                });
    open.add(id[0]);
  }

  /** Runs something later, unless the exchange is given up before. */
  void after(long delayMillis, Runnable task) {
    around.after(
        delayMillis,
        () -> {
          if (!over) {
            task.run();
          }
        });
  }

  boolean isOver() {
    return over;
  }

  void giveUp() {
    over = true;
    open.forEach(around.questions()::forget);
    open.clear();
  }
}
