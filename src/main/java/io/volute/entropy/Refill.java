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

  /** Pages are no further apart than this, however busy the two are. */
  private static final long LONGEST_PAUSE_MILLIS = 500;

  /** So many times as long as the last page took is not late yet. */
  private static final int LATE_FACTOR = 4;

  /** A page that the network has lost is asked for again after this time at most. */
  private static final long LONGEST_PATIENCE_MILLIS = 10_000;

  /**
   * How long the pages of one peer take. What they take above the least is time that they have
   * waited behind other work, at either end: a sign to leave room for it.
   */
  static final class Pace {
    private long leastMillis = Long.MAX_VALUE;
    private long lastMillis;

    void onPage(long tookMillis) {
      lastMillis = tookMillis;
      leastMillis = Math.min(leastMillis, tookMillis);
    }

    /** Before the next page, of this partition or another one. */
    long pauseMillis() {
      return Math.min(lastMillis - leastMillis, LONGEST_PAUSE_MILLIS);
    }

    /** A page that is asked for twice is sent twice: one that takes a little longer is awaited. */
    long patienceMillis() {
      return Math.min(LATE_FACTOR * lastMillis, LONGEST_PATIENCE_MILLIS);
    }
  }

  private final Surroundings around;
  private final PeerQuestions questions;
  private final KeyQueue keys;
  private final KeyExchange.Keeper keeper;
  private final NodeId peer;
  private final int partition;
  private final MirrorRange shared;
  private final Pace pace;
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
      Pace pace,
      Runnable whenOver) {
    this.around = around;
    this.questions = questions;
    this.keys = keys;
    this.keeper = keeper;
    this.peer = peer;
    this.partition = partition;
    this.shared = shared;
    this.pace = pace;
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
    long askedAtMillis = around.clock().monotonicMillis();
    questions.askPatiently(
        pace.patienceMillis(),
        id -> new Message.FetchRange(id, partition, shared.least(), after),
        Message.FetchedRange.class,
        page -> onPage(page, askedAtMillis));
  }

  private void onPage(Message.FetchedRange page, long askedAtMillis) {
    pace.onPage(around.clock().monotonicMillis() - askedAtMillis);
    boolean kept = true;
    for (RangeKey key : page.keys()) {
      kept &= keep(key);
    }
    // Behind the last page as well: until then the next partition waits for its place.
    boolean goesOn = kept && page.next().isPresent();
    questions.after(pace.pauseMillis(), goesOn ? () -> ask(page.next()) : this::oneLess);
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
