package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives up in the background what this node holds without owning it: what it owned before keys
 * moved, and what it stood in for. Partition by partition, a few keys at a time, and only while
 * nothing moves; {@link Reclaim} sees to it that nothing goes that an owner lacks. Finding nothing
 * costs a number for each partition, however many keys there are.
 */
public final class Surplus {
  /** Keys that one round asks the owners about: a message to each with a few kilobytes. */
  private static final int KEYS_AT_ONCE = 32;

  /** Between two rounds, so that clients notice nothing: some hundred keys a second. */
  private static final long ROUND_PAUSE_MILLIS = 100;

  /** After all partitions were looked at. */
  private static final long CYCLE_PAUSE_MILLIS = 3000;

  /** A new life costs every key that is written in it a few bytes, so there are not many. */
  private static final long LIFE_PAUSE_MILLIS = 60_000;

  private final Surroundings around;
  private final Reclaim reclaim;
  private int partition;
  private Optional<Name> after = Optional.empty();
  private long nextLifeAtMillis;

  public Surplus(Surroundings around, Reclaim reclaim) {
    this.around = around;
    this.reclaim = reclaim;
  }

  /** Begins, for good. */
  public void start() {
    around.after(CYCLE_PAUSE_MILLIS, this::next);
  }

  private void next() {
    List<NamedVersions> batch = new ArrayList<>();
    try {
      while (reclaim.mayDrop() && batch.isEmpty() && partition < Partitions.COUNT) {
        collect(batch);
      }
    } catch (StoreException e) {
      // The store has said so itself; what is to be dropped waits until it can be found.
      batch.clear();
    }
    if (batch.isEmpty()) {
      partition = 0;
      after = Optional.empty();
      around.after(CYCLE_PAUSE_MILLIS, this::next);
      return;
    }
    long now = around.clock().monotonicMillis();
    boolean mayBeginLife = now >= nextLifeAtMillis;
    reclaim.giveUp(
        batch,
        mayBeginLife,
        begun -> {
          if (begun) {
            nextLifeAtMillis = now + LIFE_PAUSE_MILLIS;
          }
          around.after(ROUND_PAUSE_MILLIS, this::next);
        });
  }

  /** Takes the next keys of the partition that are no owner's here; then goes on behind them. */
  private void collect(List<NamedVersions> batch) throws StoreException {
    int least = around.placement().leastMirrors(partition, around.self());
    MirrorRange range = new MirrorRange(1, least);
    KeyTree tree = around.store().tree();
    if (range.isEmpty() || tree.keyCount(partition, range) == 0) {
      nextPartition();
      return;
    }
    KeyTree.Page page = tree.keys(partition, 0, Partitions.LEAVES, range, after, KEYS_AT_ONCE);
    for (NamedVersions key : page.keys()) {
      if (reclaim.isSurplus(key)) {
        batch.add(key);
      }
    }
    after = page.next();
    if (after.isEmpty()) {
      nextPartition();
    }
  }

  private void nextPartition() {
    partition++;
    after = Optional.empty();
  }
}
