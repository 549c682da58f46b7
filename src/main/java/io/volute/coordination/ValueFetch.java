package io.volute.coordination;

import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fetches the value of one version from one of those who hold it: the quickest first, the next when
 * that one is late. Two are asked at a time at most.
 */
final class ValueFetch {
  private final Surroundings around;
  private final Name name;
  private final Version version;
  private final ArrayDeque<NodeId> holders;
  private final Consumer<Outcome> whenDone;

  /** Who is asked now, and when it is given up. */
  private final Map<NodeId, Ask> asked = new LinkedHashMap<>();

  private Optional<Timers.Timer> late = Optional.empty();
  private boolean over;
  private boolean hasEveryoneAnswered = true;

  /**
   * What came of it.
   *
   * @param value empty when nobody sent it
   * @param hasEveryoneAnswered whether all who were asked have said that they don't have it; else
   *     somebody did not answer in time
   */
  record Outcome(Optional<Value> value, boolean hasEveryoneAnswered) {}

  private record Ask(long question, Timers.Timer patience) {}

  private ValueFetch(
      Surroundings around,
      Name name,
      Version version,
      Collection<NodeId> holders,
      Consumer<Outcome> whenDone) {
    this.around = around;
    this.name = name;
    this.version = version;
    this.whenDone = whenDone;
    long now = around.clock().monotonicMillis();
    this.holders = new ArrayDeque<>(around.questions().pace().quickestFirst(holders, now));
    this.holders.removeIf(around::isSelf);
  }

  /**
   * Starts. Ends after {@code holders} × the patience with one peer at the latest.
   *
   * @param whenDone is told once
   */
  static void start(
      Surroundings around,
      Name name,
      Version version,
      Collection<NodeId> holders,
      Consumer<Outcome> whenDone) {
    around.questions().pace().onFirst();
    new ValueFetch(around, name, version, holders, whenDone).askNext();
  }

  private void askNext() {
    NodeId holder = holders.poll();
    if (holder == null) {
      if (asked.isEmpty()) {
        end(Optional.empty());
      }
      return;
    }
    Timers.Timer patience =
        around.after(around.tuning().forwardPatienceMillis(), () -> giveUp(holder));
    long question =
        around
            .questions()
            .ask(
                around.endpoint(holder),
                id -> new Message.FetchValue(id, name, version.dot()),
                answer -> onAnswer(holder, answer));
    asked.put(holder, new Ask(question, patience));
    if (asked.size() == 1 && !holders.isEmpty()) {
      long now = around.clock().monotonicMillis();
      long lateMillis = around.questions().pace().lateAfterMillis(holder, now);
      late.ifPresent(Timers.Timer::cancel);
      late = Optional.of(around.after(lateMillis, this::onLate));
    }
  }

  private void onLate() {
    if (!over && asked.size() == 1 && around.questions().pace().maySecond()) {
      askNext();
    }
  }

  private void giveUp(NodeId holder) {
    Ask ask = asked.remove(holder);
    hasEveryoneAnswered = false;
    around.questions().forget(ask.question());
    if (!over) {
      askNext();
    }
  }

  private boolean onAnswer(NodeId holder, Message answer) {
    if (!(answer instanceof Message.FetchedValue fetched)) {
      return false;
    }
    asked.remove(holder).patience().cancel();
    if (over) {
      return true;
    }
    if (fetched.value().filter(version::isSizeOf).isPresent()) {
      end(fetched.value());
    } else {
      askNext();
    }
    return true;
  }

  private void end(Optional<Value> value) {
    over = true;
    late.ifPresent(Timers.Timer::cancel);
    for (Ask ask : asked.values()) {
      ask.patience().cancel();
      around.questions().forget(ask.question());
    }
    asked.clear();
    whenDone.accept(new Outcome(value, hasEveryoneAnswered));
  }
}
