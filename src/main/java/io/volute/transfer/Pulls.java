package io.volute.transfer;

import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings blobs here from peers. A few at once, the others wait; those who want the same blob share
 * one transfer.
 */
public final class Pulls {
  /** Beyond these nobody else is asked for a blob. */
  public static final int HOLDERS_LIMIT = 8;

  /** Who may wait for the same blob. */
  private static final int SHARERS_LIMIT = 64;

  private record Wanted(List<NodeId> holders, Name name, Value.Blob source) {}

  private final Surroundings around;
  private final Chunks chunks;
  private final Map<BlobId, List<Consumer<Optional<Value.Blob>>>> sharers = new LinkedHashMap<>();
  private final Map<BlobId, Pull> active = new LinkedHashMap<>();
  private final ArrayDeque<Map.Entry<BlobId, Wanted>> waiting = new ArrayDeque<>();

  public Pulls(Surroundings around, Chunks chunks) {
    this.around = around;
    this.chunks = chunks;
  }

  /** Whether a blob is on its way here, or waits for its turn. */
  public boolean isUnderWay(BlobId target) {
    return sharers.containsKey(target);
  }

  /**
   * Brings a blob here.
   *
   * @param holders a peer that has it, then others that may have it, for when it fails; others are
   *     asked from where the one before got to
   * @param target its name here
   * @param whenOver gets what arrived, whole and durable, and sees to it that it is claimed or
   *     discarded; empty when it could not be had. May run at once
   */
  public void pull(
      List<NodeId> holders,
      Name name,
      Value.Blob source,
      BlobId target,
      Consumer<Optional<Value.Blob>> whenOver) {
    List<Consumer<Optional<Value.Blob>>> shared = sharers.get(target);
    if (shared != null) {
      offer(target, holders.get(0));
      if (shared.size() < SHARERS_LIMIT) {
        shared.add(whenOver);
      } else {
        whenOver.accept(Optional.empty());
      }
      return;
    }
    if (around.store().blobs().isWhole(target)) {
      whenOver.accept(Optional.of(new Value.Blob(target, source.sizeBytes(), source.checksum())));
      return;
    }
    if (waiting.size() >= around.settings().blobs().waitingLimit()) {
      whenOver.accept(Optional.empty());
      return;
    }
    sharers.put(target, new ArrayList<>(List.of(whenOver)));
    waiting.add(Map.entry(target, new Wanted(List.copyOf(holders), name, source)));
    startMore();
  }

  /** A peer says that it has a blob too that is on its way here. */
  public void offer(BlobId target, NodeId holder) {
    Pull pull = active.get(target);
    if (pull != null) {
      pull.offer(holder);
    }
  }

  private void startMore() {
    while (active.size() < around.settings().blobs().transfersLimit() && !waiting.isEmpty()) {
      Map.Entry<BlobId, Wanted> next = waiting.poll();
      BlobId target = next.getKey();
      Wanted wanted = next.getValue();
      Pull pull =
          new Pull(
              around,
              chunks,
              wanted.holders(),
              wanted.name(),
              wanted.source(),
              target,
              arrived -> onOver(target, arrived));
      active.put(target, pull);
      pull.start();
    }
  }

  private void onOver(BlobId target, Optional<Value.Blob> arrived) {
    active.remove(target);
    sharers.remove(target).forEach(sharer -> sharer.accept(arrived));
    startMore();
  }

  /** Transfers under way and waiting. */
  public int underWay() {
    return sharers.size();
  }
}
