package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.message.Message;
import io.volute.message.Message.HashDigest;
import io.volute.message.Message.LeafSum;
import io.volute.message.Message.PartitionBranches;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Finds the keys of one partition that differ from a peer's, from the branches of its tree down to
 * the keys, and has them exchanged.
 *
 * <p>What differs may just be on its way: a key is exchanged only when it still differs after a
 * pause, and neither side has meanwhile come to hold what the other held before it.
 */
final class PartitionExchange {
  /** Longer than a write usually takes to reach all owners. */
  private static final long SETTLE_MILLIS = 100;

  /** Differing keys that one round finds at most; the next one goes on. */
  static final int MAX_SUSPECTS = 4096;

  /** A digest of the peer's that has not been told, or of a key that it lacks. */
  private static final long UNKNOWN = 0;

  /** With so many keys that the peer has and that differ here, as a share of all it has. */
  private static final int STREAMED_PART = 4;

  private static final int HASHES_AT_ONCE = 512;
  private static final int PAGE_KEYS = 256;

  private final Surroundings around;
  private final long digestKey;
  private final PeerQuestions questions;
  private final KeyQueue keys;
  private final int partition;
  private final MirrorRange shared;
  private final List<Long> theirBranches;
  private final long theirCount;
  private final Optional<Runnable> whenMuchDiffers;
  private final Consumer<KeyExchange.Outcome> whenOver;

  /** Hashes of keys that differ, with the peer's digests. */
  private final Map<Long, Long> suspects = new TreeMap<>();

  /** Names held here of those hashes. */
  private final Map<Long, List<Name>> held = new TreeMap<>();

  private final List<HashDigest> toName = new ArrayList<>();
  private int exchanging;
  private KeyExchange.Outcome outcome = KeyExchange.Outcome.EQUAL;

  /**
   * @param digestKey by which both compare
   * @param whenMuchDiffers is run, and then nothing else, when so many of the peer's keys are
   *     others here that all of them had better be streamed; empty where they have been
   * @param whenOver is told how far all that differed has been made equal
   */
  PartitionExchange(
      Surroundings around,
      long digestKey,
      PeerQuestions questions,
      KeyQueue keys,
      MirrorRange shared,
      PartitionBranches theirs,
      Optional<Runnable> whenMuchDiffers,
      Consumer<KeyExchange.Outcome> whenOver) {
    this.around = around;
    this.digestKey = digestKey;
    this.questions = questions;
    this.keys = keys;
    this.partition = theirs.partition();
    this.shared = shared;
    this.theirBranches = theirs.branches();
    this.theirCount = theirs.keyCount();
    this.whenMuchDiffers = whenMuchDiffers;
    this.whenOver = whenOver;
  }

  /** A part of it that looks keys up. */
  private interface Step {
    void take() throws StoreException;
  }

  void start() {
    take(() -> compareLeaves(0));
  }

  private void take(Step step) {
    try {
      step.take();
    } catch (StoreException e) {
      // The store has said so itself; the next exchange may find the keys.
      whenOver.accept(KeyExchange.Outcome.FAILED);
    }
  }

  private KeyTree.Sums sums() {
    return around.store().tree().sums(digestKey).orElseThrow();
  }

  private void compareLeaves(int from) throws StoreException {
    long[] mine = sums().leafSums(partition, shared);
    List<Long> branches = TreeAnswers.branches(mine);
    List<LeafSum> leaves = new ArrayList<>();
    for (int leaf = from; leaf < mine.length; leaf++) {
      int branch = leaf / (Partitions.LEAVES / Message.BRANCHES);
      if (!branches.get(branch).equals(theirBranches.get(branch))) {
        leaves.add(new LeafSum(leaf, mine[leaf]));
      }
    }
    if (leaves.isEmpty()) {
      onAllCompared();
      return;
    }
    questions.ask(
        id -> new Message.CompareLeaves(id, digestKey, partition, shared.least(), leaves),
        Message.LeavesCompared.class,
        answer -> take(() -> onLeaves(from, answer)));
  }

  private void onLeaves(int from, Message.LeavesCompared answer) throws StoreException {
    Map<Long, Long> theirs = new TreeMap<>();
    answer.keys().forEach(key -> theirs.put(key.hash(), key.digest()));
    for (int leaf : answer.leaves()) {
      compareKeys(leaf, theirs);
    }
    boolean stuck = answer.coveredBelow() <= from;
    if (stuck) {
      suspectAll(firstDiffering(from));
    }
    int next = stuck ? firstDiffering(from) + 1 : answer.coveredBelow();
    if (next < Partitions.LEAVES && suspects.size() < MAX_SUSPECTS) {
      compareLeaves(next);
    } else {
      if (next < Partitions.LEAVES) {
        outcome = KeyExchange.Outcome.FAILED;
      }
      onAllCompared();
    }
  }

  /** The first leaf, from this one on, that was asked for. */
  private int firstDiffering(int from) throws StoreException {
    List<Long> branches = TreeAnswers.branches(sums().leafSums(partition, shared));
    int leaf = from;
    while (leaf < Partitions.LEAVES - 1) {
      int branch = leaf / (Partitions.LEAVES / Message.BRANCHES);
      if (!branches.get(branch).equals(theirBranches.get(branch))) {
        return leaf;
      }
      leaf++;
    }
    return leaf;
  }

  /**
   * A leaf with more keys than an answer takes, as only names have that were chosen for it: the
   * peer is asked about each key that is held here, and when it sweeps it asks about its own.
   */
  private void suspectAll(int leaf) throws StoreException {
    // What only the peer holds is not found here.
    outcome = KeyExchange.Outcome.FAILED;
    Optional<Name> next = Optional.empty();
    do {
      KeyTree.Page page =
          around.store().tree().keys(partition, leaf, leaf + 1, shared, next, PAGE_KEYS);
      for (NamedVersions key : page.keys()) {
        long hash = Partitions.hashOf(key.name());
        held.computeIfAbsent(hash, absent -> new ArrayList<>()).add(key.name());
        suspects.put(hash, UNKNOWN);
      }
      next = page.next();
    } while (next.isPresent() && suspects.size() < MAX_SUSPECTS);
  }

  private void compareKeys(int leaf, Map<Long, Long> theirs) throws StoreException {
    Map<Long, Long> mine = new TreeMap<>();
    Map<Long, List<Name>> names = new TreeMap<>();
    long sum = 0;
    Optional<Name> next = Optional.empty();
    KeyTree tree = around.store().tree();
    KeyTree.Sums sums = sums();
    do {
      KeyTree.Page page = tree.keys(partition, leaf, leaf + 1, shared, next, PAGE_KEYS);
      for (NamedVersions key : page.keys()) {
        long hash = Partitions.hashOf(key.name());
        long digest = sums.digest(hash, key.versions());
        sum += digest;
        mine.merge(hash, digest, Long::sum);
        names.computeIfAbsent(hash, absent -> new ArrayList<>()).add(key.name());
      }
      next = page.next();
    } while (next.isPresent());
    if (sum != sums.leafSums(partition, shared)[leaf]) {
      // The sums are not what the keys add up to: without this the leaf would differ for good.
      tree.recount(partition);
    }
    Set<Long> hashes = new LinkedHashSet<>(mine.keySet());
    theirs.keySet().stream().filter(hash -> Partitions.leafOf(hash) == leaf).forEach(hashes::add);
    for (long hash : hashes) {
      long digest = theirs.getOrDefault(hash, 0L);
      if (mine.getOrDefault(hash, 0L) != digest) {
        suspects.put(hash, digest);
        held.put(hash, names.getOrDefault(hash, List.of()));
      }
    }
  }

  private void onAllCompared() {
    if (suspects.isEmpty()) {
      whenOver.accept(outcome);
    } else {
      questions.after(SETTLE_MILLIS, () -> take(this::lookAgain));
    }
  }

  private void lookAgain() throws StoreException {
    int listed = -1;
    Map<Long, Long> leaf = Map.of();
    long theirKeys = 0;
    // They come leaf by leaf, so that each is read once, however many of its keys are missing.
    for (Map.Entry<Long, Long> suspect : suspects.entrySet()) {
      long hash = suspect.getKey();
      long mine;
      if (held.get(hash).isEmpty()) {
        // It may have come in meanwhile.
        if (Partitions.leafOf(hash) != listed) {
          listed = Partitions.leafOf(hash);
          leaf = digestsNow(listed);
        }
        mine = leaf.getOrDefault(hash, 0L);
      } else {
        mine = digestNow(hash);
      }
      if (mine != suspect.getValue()) {
        toName.add(new HashDigest(hash, mine));
        theirKeys += suspect.getValue() == UNKNOWN ? 0 : 1;
      }
    }
    suspects.clear();
    boolean isMuch =
        theirKeys >= TreeExchange.REFILL_LEAST_KEYS && STREAMED_PART * theirKeys >= theirCount;
    if (isMuch && whenMuchDiffers.isPresent()) {
      whenMuchDiffers.get().run();
      return;
    }
    exchanging = 1;
    nameMore();
  }

  private Map<Long, Long> digestsNow(int leaf) throws StoreException {
    KeyTree.Page page =
        around.store().tree().keys(partition, leaf, leaf + 1, shared, Optional.empty(), PAGE_KEYS);
    return TreeAnswers.digests(sums(), page.keys());
  }

  private long digestNow(long hash) {
    long digest = 0;
    for (Name name : held.get(hash)) {
      digest += sums().digest(hash, around.store().versions(name));
    }
    return digest;
  }

  private void nameMore() {
    if (toName.isEmpty()) {
      oneLess();
      return;
    }
    List<HashDigest> some = List.copyOf(toName.subList(0, Math.min(HASHES_AT_ONCE, toName.size())));
    questions.ask(
        id -> new Message.NameHashes(id, digestKey, partition, some),
        Message.HashesNamed.class,
        answer -> onNamed(some, answer));
  }

  private void onNamed(List<HashDigest> asked, Message.HashesNamed answer) {
    int answered = Math.min(answer.answered(), asked.size());
    if (answered == 0) {
      outcome = KeyExchange.Outcome.FAILED;
      toName.clear();
    } else {
      toName.subList(0, answered).clear();
    }
    Set<Name> differing = new LinkedHashSet<>(answer.names());
    answer.unheld().forEach(hash -> differing.addAll(held.getOrDefault(hash, List.of())));
    for (Name name : differing) {
      exchanging++;
      keys.add(name, this::onExchanged);
    }
    nameMore();
  }

  private void onExchanged(KeyExchange.Outcome one) {
    outcome = outcome.worst(one);
    oneLess();
  }

  private void oneLess() {
    exchanging--;
    if (exchanging == 0) {
      whenOver.accept(outcome);
    }
  }
}
