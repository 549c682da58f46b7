package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.message.Message.RangeKey;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.VersionedValue;
import java.util.Optional;

/**
 * Takes a partition over from a peer that has much more of it: all its keys in the order of their
 * hashes, with their values, a page after the other. For a member that is new or has lost its disk.
 */
final class Refill {
  /** What clients send to the peer goes first. */
  private static final long NO_ROOM_MILLIS = 20;

  private final Surroundings around;
  private final PeerQuestions questions;
  private final KeyQueue keys;
  private final KeyExchange.Keeper keeper;
  private final NodeId peer;
  private final int partition;
  private final MirrorRange shared;
  private final Runnable whenOver;
  private int missing = 1;

  /**
   * @param whenOver runs when all has come, or the store takes no more
   */
  Refill(
      Surroundings around,
      PeerQuestions questions,
      KeyQueue keys,
      KeyExchange.Keeper keeper,
      NodeId peer,
      int partition,
      MirrorRange shared,
      Runnable whenOver) {
    this.around = around;
    this.questions = questions;
    this.keys = keys;
    this.keeper = keeper;
    this.peer = peer;
    this.partition = partition;
    this.shared = shared;
    this.whenOver = whenOver;
  }

  void start() {
    ask(Optional.empty());
  }

  private void ask(Optional<Name> after) {
    if (!around.wire().hasRoom(peer)) {
      questions.after(NO_ROOM_MILLIS, () -> ask(after));
      return;
    }
    questions.ask(
        id -> new Message.FetchRange(id, partition, shared.least(), after),
        Message.FetchedRange.class,
        this::onPage);
  }

  private void onPage(Message.FetchedRange page) {
    boolean kept = true;
    for (RangeKey key : page.keys()) {
      kept &= keep(key);
    }
    if (kept && page.next().isPresent()) {
      ask(page.next());
    } else {
      oneLess();
    }
  }

  /** Returns whether the store goes on taking keys. */
  private boolean keep(RangeKey key) {
    boolean whole = !key.versions().isEmpty();
    for (FetchedVersion one : key.versions()) {
      if (around.store().versions(key.name()).knows(one.version().dot())) {
        continue;
      }
      Optional<Value> value =
          one.version().sizeBytes() == 0
              ? Optional.of(Value.EMPTY)
              : one.value().filter(one.version()::isSizeOf);
      whole &= value.isPresent();
      try {
        if (value.isPresent()) {
          keeper.keep(peer, key.name(), new VersionedValue(one.version(), value.get()));
        }
      } catch (StoreException e) {
        // The store has said so itself. What is lacking is found by the next comparison.
        return false;
      }
    }
    if (!whole) {
      missing++;
      keys.add(key.name(), outcome -> oneLess());
    }
    return true;
  }

  private void oneLess() {
    missing--;
    if (missing == 0) {
      whenOver.run();
    }
  }
}
