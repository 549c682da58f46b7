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
import java.util.Optional;
import java.util.function.Consumer;

/** Fetches the value of one version from one of those who hold it: one after the other. */
final class ValueFetch {
  private final Surroundings around;
  private final Name name;
  private final Version version;
  private final ArrayDeque<NodeId> holders;
  private final Consumer<Optional<Value>> whenDone;
  private Timers.Timer patience;
  private long question;

  private ValueFetch(
      Surroundings around,
      Name name,
      Version version,
      Collection<NodeId> holders,
      Consumer<Optional<Value>> whenDone) {
    this.around = around;
    this.name = name;
    this.version = version;
    this.holders = new ArrayDeque<>(holders);
    this.whenDone = whenDone;
  }

  /**
   * Starts. Ends after {@code holders} × the patience with one peer at the latest.
   *
   * @param whenDone gets the value, or nothing when nobody sent it
   */
  static void start(
      Surroundings around,
      Name name,
      Version version,
      Collection<NodeId> holders,
      Consumer<Optional<Value>> whenDone) {
    new ValueFetch(around, name, version, holders, whenDone).askNext();
  }

  private void askNext() {
    NodeId holder = holders.poll();
    if (holder == null) {
      whenDone.accept(Optional.empty());
      return;
    }
    if (around.isSelf(holder)) {
      askNext();
      return;
    }
    patience = around.after(around.tuning().forwardPatienceMillis(), this::giveUpOnOne);
    question =
        around
            .questions()
            .ask(
                around.endpoint(holder),
                id -> new Message.FetchValue(id, name, version.dot()),
                this::onAnswer);
  }

  private void giveUpOnOne() {
    around.questions().forget(question);
    askNext();
  }

  private boolean onAnswer(Message answer) {
    if (!(answer instanceof Message.FetchedValue fetched)) {
      return false;
    }
    patience.cancel();
    if (fetched.value().filter(version::isSizeOf).isPresent()) {
      whenDone.accept(fetched.value());
    } else {
      askNext();
    }
    return true;
  }
}
