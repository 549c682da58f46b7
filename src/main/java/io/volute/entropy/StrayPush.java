package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.hashing.SetDigest;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.KeyDigest;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Brings a peer what this node holds of the peer's keys without owning them itself: keys that it
 * stood in for, or owned once. Their sums can't be compared, since the peer has more; so they are
 * named one by one, a page at a time, unless they are the same as when that was last done.
 */
final class StrayPush {
  private static final int PAGE_BYTES = 24 * 1024;

  /** For each peer the sums of stray keys that it is known to have. */
  static final class Known {
    private final Map<Integer, Long> sums = new TreeMap<>();

    void forget() {
      sums.clear();
    }
  }

  private final Surroundings around;
  private final PeerQuestions questions;
  private final KeyQueue keys;
  private final NodeId peer;
  private final Known known;
  private final Consumer<KeyExchange.Outcome> whenOver;
  private int partition = -1;
  private MirrorRange range = MirrorRange.from(MirrorRange.BELOW_ALL);
  private long sum;
  private Optional<Name> next = Optional.empty();
  private KeyExchange.Outcome ofPartition = KeyExchange.Outcome.EQUAL;
  private KeyExchange.Outcome outcome = KeyExchange.Outcome.EQUAL;

  /**
   * @param whenOver is told how far the peer has them all
   */
  StrayPush(
      Surroundings around,
      PeerQuestions questions,
      KeyQueue keys,
      NodeId peer,
      Known known,
      Consumer<KeyExchange.Outcome> whenOver) {
    this.around = around;
    this.questions = questions;
    this.keys = keys;
    this.peer = peer;
    this.known = known;
    this.whenOver = whenOver;
  }

  void start() {
    nextPartition();
  }

  private void nextPartition() {
    KeyTree tree = around.store().tree();
    for (partition++; partition < Partitions.COUNT; partition++) {
      range = Sharing.strays(around, around.self(), peer, partition);
      if (range.isEmpty() || tree.keyCount(partition, range) == 0) {
        continue;
      }
      sum = tree.anySums().sum(partition, range);
      if (known.sums.getOrDefault(partition, 0L) != sum) {
        next = Optional.empty();
        ofPartition = KeyExchange.Outcome.EQUAL;
        page();
        return;
      }
    }
    whenOver.accept(outcome);
  }

  private void page() {
    int limit = around.tuning().sweepPageKeys();
    KeyTree.Page page;
    try {
      page = around.store().tree().keys(partition, 0, Partitions.LEAVES, range, next, limit);
    } catch (StoreException e) {
      // The store has said so itself; the next exchange may find the keys.
      whenOver.accept(KeyExchange.Outcome.FAILED);
      return;
    }
    next = page.next();
    List<KeyDigest> digests = new ArrayList<>();
    int bytes = 0;
    for (NamedVersions key : page.keys()) {
      if (bytes > PAGE_BYTES) {
        next = Optional.of(digests.get(digests.size() - 1).name());
        break;
      }
      bytes += key.name().sizeBytes() + 16;
      digests.add(new KeyDigest(key.name(), SetDigest.of(key.versions())));
    }
    if (digests.isEmpty()) {
      // Not at once: the node must stay responsive.
      questions.after(0, this::afterPage);
      return;
    }
    questions.ask(
        id -> new Message.Compare(id, digests), Message.Differing.class, this::onDiffering);
  }

  private void onDiffering(Message.Differing answer) {
    int[] missing = {1 + answer.names().size()};
    Runnable oneLess =
        () -> {
          missing[0]--;
          if (missing[0] == 0) {
            afterPage();
          }
        };
    for (Name name : answer.names()) {
      keys.add(
          name,
          one -> {
            ofPartition = ofPartition.worst(one);
            oneLess.run();
          });
    }
    oneLess.run();
  }

  private void afterPage() {
    if (next.isPresent()) {
      page();
      return;
    }
    if (ofPartition == KeyExchange.Outcome.EQUAL) {
      known.sums.put(partition, sum);
    }
    outcome = outcome.worst(ofPartition);
    nextPartition();
  }
}
