package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** The questions of one exchange with a peer. After {@link #giveUp} no answer gets through. */
final class PeerQuestions {
  private final Surroundings around;
  private final NodeId peer;
  private final Optional<Runnable> onUnknownKey;
  private final Set<Long> open = new LinkedHashSet<>();
  private boolean over;

  /** For questions that are not about digests. */
  PeerQuestions(Surroundings around, NodeId peer) {
    this(around, peer, Optional.empty());
  }

  /**
   * @param onUnknownKey runs when the peer does not know a digest key by which it has compared
   *     before: it was started with other secrets meanwhile
   */
  PeerQuestions(Surroundings around, NodeId peer, Optional<Runnable> onUnknownKey) {
    this.around = around;
    this.peer = peer;
    this.onUnknownKey = onUnknownKey;
  }

  /** Asks until there is an answer of this type, or the exchange is given up. */
  <M extends Message> void ask(
      LongFunction<Message> question, Class<M> type, Consumer<M> onAnswer) {
    askPatiently(0, question, type, onAnswer);
  }

  /**
   * The same for what may take its time.
   *
   * @param patienceMillis before it is asked for the second time, at the least
   */
  <M extends Message> void askPatiently(
      long patienceMillis, LongFunction<Message> question, Class<M> type, Consumer<M> onAnswer) {
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
                    boolean isUnknownKey = answer instanceof Message.UnknownDigestKey;
                    if (isUnknownKey) {
                      onUnknownKey.ifPresent(Runnable::run);
                    }
                    return isUnknownKey && onUnknownKey.isPresent();
                  }
                  open.remove(id[0]);
                  onAnswer.accept(type.cast(answer));
                  return true;
                },
                Math.max(patienceMillis, around.tuning().resendFirstMillis()));
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
