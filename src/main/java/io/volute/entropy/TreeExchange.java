package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.PartitionBranches;
import io.volute.message.Message.PartitionSum;
import io.volute.port.KeyTree;
import io.volute.record.MirrorRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One comparison of all that this node and a peer share, and the exchange of what differs, in both
 * directions: digests of groups of partitions, sums of the partitions in those that differ, then
 * each such partition by itself, some at a time.
 */
final class TreeExchange {
  private static final int PARTITIONS_AT_ONCE = 64;
  private static final int WINDOW = 64;

  /** Differing keys that may wait before further partitions are begun. */
  private static final int KEYS_WAITING = 8 * 1024;

  /** A partition with this many times the keys is taken over as a whole. */
  private static final int REFILL_FACTOR = 4;

  /** Fewer keys than that are brought one by one. */
  static final int REFILL_LEAST_KEYS = 32;

  private static final long POSTPONED_MILLIS = 50;

  /** After it a partition that is being taken over elsewhere is looked at again. */
  private static final long BROUGHT_MILLIS = 1000;

  /** Looks at a partition that the peer should take over, before it is brought key by key. */
  private static final int MOST_AWAITED = 30;

  private final Surroundings around;
  private final KeyExchange.Keeper keeper;
  private final InSync inSync;
  private final NodeId peer;

  private final Refills refills;

  private final Consumer<KeyExchange.Outcome> whenOver;
  private final PeerQuestions questions;
  private final KeyQueue keys;
  private final StrayPush strays;
  private final long startedAtMillis;
  private final Refill.Pace pace = new Refill.Pace();
  private final ArrayDeque<Integer> toCompare = new ArrayDeque<>();
  private final ArrayDeque<PartitionBranches> differing = new ArrayDeque<>();

  /** Partitions that have been taken over in this exchange: once is enough. */
  private final Set<Integer> refilled = new TreeSet<>();

  /** Partitions of which so many keys are others here that they are taken over as well. */
  private final Set<Integer> stale = new TreeSet<>();

  /** How often the peer was left to take a partition over. */
  private final Map<Integer, Integer> awaited = new TreeMap<>();

  private long digestKey;
  private int exchanging;
  private int steps = 2;
  private boolean asking;
  private KeyExchange.Outcome outcome = KeyExchange.Outcome.EQUAL;
  private boolean pumping;

  /**
   * @param whenOver is told how far both now know all that the other held at the start
   */
  TreeExchange(
      Surroundings around,
      KeyExchange exchange,
      KeyExchange.Keeper keeper,
      InSync inSync,
      StrayPush.Known known,
      Refills refills,
      NodeId peer,
      Consumer<KeyExchange.Outcome> whenOver) {
    this.around = around;
    this.keeper = keeper;
    this.inSync = inSync;
    this.peer = peer;
    this.refills = refills;
    this.whenOver = whenOver;
    this.questions = new PeerQuestions(around, peer, Optional.of(this::onUnknownKey));
    this.keys = new KeyQueue(exchange, peer);
    this.strays = new StrayPush(around, questions, keys, peer, known, this::onStraysPushed);
    this.startedAtMillis = around.clock().monotonicMillis();
  }

  void start() {
    compareGroups(around.store().tree().digestKeys());
    strays.start();
  }

  /**
   * Members that share a secret of the cluster share a digest key. Which one is found by asking.
   *
   * @param untried digest keys of this node
   */
  private void compareGroups(List<Long> untried) {
    if (untried.isEmpty()) {
      // Members that can talk share a secret: the peer has been started with others just now.
      outcome = outcome.worst(KeyExchange.Outcome.FAILED);
      steps--;
      more();
      return;
    }
    digestKey = untried.get(0);
    KeyTree.Sums sums = around.store().tree().sums(digestKey).orElseThrow();
    List<Long> digests = new ArrayList<>(Sharing.GROUPS);
    for (int group = 0; group < Sharing.GROUPS; group++) {
      digests.add(Sharing.groupDigest(around, sums, peer, group));
    }
    questions.ask(
        id -> new Message.CompareGroups(id, digestKey, digests),
        Message.CompareReply.class,
        answer -> {
          if (answer instanceof Message.GroupsCompared groups) {
            onGroups(groups);
          } else {
            compareGroups(untried.subList(1, untried.size()));
          }
        });
  }

  /** The peer is lost, or the owners have changed. */
  void giveUp() {
    questions.giveUp();
    keys.giveUp();
    refills.leave(peer);
  }

  /** Anew, by a key that both know now. */
  private void onUnknownKey() {
    giveUp();
    whenOver.accept(KeyExchange.Outcome.FAILED);
  }

  private void onStraysPushed(KeyExchange.Outcome pushed) {
    outcome = outcome.worst(pushed);
    steps--;
    more();
  }

  private void onGroups(Message.GroupsCompared answer) {
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      boolean differs = (answer.differing() >>> groupOf(partition) & 1) != 0;
      if (differs && !Sharing.with(around, peer, partition).isEmpty()) {
        toCompare.add(partition);
      } else {
        agreed(partition);
      }
    }
    steps--;
    more();
  }

  private static int groupOf(int partition) {
    return partition / Message.GROUP_PARTITIONS;
  }

  private void agreed(int partition) {
    inSync.agreed(peer, partition, startedAtMillis);
  }

  private void more() {
    if (pumping || questions.isOver()) {
      // What is begun below may be over at once, and lead here again.
      return;
    }
    pumping = true;
    comparePartitions();
    int rounds = differing.size();
    boolean room = around.wire().hasRoom(peer);
    while (room && rounds > 0 && exchanging < WINDOW && keys.size() < KEYS_WAITING) {
      rounds--;
      begin(differing.poll());
    }
    pumping = false;
    if (steps == 0 && exchanging == 0 && !asking) {
      if (differing.isEmpty() && toCompare.isEmpty()) {
        questions.giveUp();
        refills.leave(peer);
        whenOver.accept(outcome);
      } else {
        // What is left is being taken over from another peer, or what clients send goes first.
        questions.after(POSTPONED_MILLIS, this::more);
      }
    }
  }

  private void comparePartitions() {
    if (asking || toCompare.isEmpty() || differing.size() >= PARTITIONS_AT_ONCE) {
      return;
    }
    List<PartitionSum> sums = new ArrayList<>();
    while (sums.size() < PARTITIONS_AT_ONCE && !toCompare.isEmpty()) {
      int partition = toCompare.poll();
      MirrorRange shared = Sharing.with(around, peer, partition);
      if (!shared.isEmpty()) {
        long sum = around.store().tree().sums(digestKey).orElseThrow().sum(partition, shared);
        sums.add(new PartitionSum(partition, shared.least(), sum));
      }
    }
    if (sums.isEmpty()) {
      // The peer owns nothing of these any more.
      return;
    }
    asking = true;
    questions.ask(
        id -> new Message.ComparePartitions(id, digestKey, sums),
        Message.PartitionsCompared.class,
        answer -> {
          asking = false;
          Set<Integer> same = new TreeSet<>();
          sums.forEach(one -> same.add(one.partition()));
          for (PartitionBranches one : answer.partitions()) {
            if (same.remove(one.partition())) {
              differing.add(one);
            }
          }
          same.forEach(this::agreed);
          more();
        });
  }

  private void begin(PartitionBranches theirs) {
    int partition = theirs.partition();
    MirrorRange shared = Sharing.with(around, peer, partition);
    if (shared.isEmpty()) {
      // It has ceased to be an owner while it was asked.
      return;
    }
    if (isToBeRefilled(theirs, shared)) {
      refillOrWait(theirs, shared);
      return;
    }
    exchanging++;
    if (isLeftToThePeer(theirs, shared)) {
      questions.after(BROUGHT_MILLIS, () -> compareAnew(partition));
      return;
    }
    boolean mayStream = !refilled.contains(partition);
    new PartitionExchange(
            around,
            digestKey,
            questions,
            keys,
            shared,
            theirs,
            mayStream ? Optional.of(() -> onMuchDiffers(theirs)) : Optional.empty(),
            one -> {
              exchanging--;
              outcome = outcome.worst(one);
              if (one == KeyExchange.Outcome.EQUAL) {
                agreed(partition);
              }
              more();
            })
        .start();
  }

  private void onMuchDiffers(PartitionBranches theirs) {
    exchanging--;
    stale.add(theirs.partition());
    differing.add(theirs);
    more();
  }

  private void refillOrWait(PartitionBranches theirs, MirrorRange shared) {
    int partition = theirs.partition();
    if (refills.isUnderWay(partition) && stale.remove(partition)) {
      // Another peer brings it, and this one has perhaps nothing to add.
      exchanging++;
      questions.after(BROUGHT_MILLIS, () -> compareAnew(partition));
    } else if (refills.isUnderWay(partition) || !refills.begin(peer, partition)) {
      differing.add(theirs);
    } else {
      refill(partition, shared);
    }
  }

  private void compareAnew(int partition) {
    exchanging--;
    toCompare.add(partition);
    more();
  }

  private boolean isToBeRefilled(PartitionBranches theirs, MirrorRange shared) {
    long mine = around.store().tree().keyCount(theirs.partition(), shared);
    boolean isAlmostAll =
        theirs.keyCount() >= REFILL_LEAST_KEYS && theirs.keyCount() > REFILL_FACTOR * mine;
    return !refilled.contains(theirs.partition())
        && (isAlmostAll || stale.contains(theirs.partition()));
  }

  /** The peer compares as well, and then takes over pages; single keys would only be in its way. */
  private boolean isLeftToThePeer(PartitionBranches theirs, MirrorRange shared) {
    long mine = around.store().tree().keyCount(theirs.partition(), shared);
    return mine >= REFILL_LEAST_KEYS
        && mine > REFILL_FACTOR * theirs.keyCount()
        && awaited.merge(theirs.partition(), 1, Integer::sum) <= MOST_AWAITED;
  }

  private void refill(int partition, MirrorRange shared) {
    exchanging++;
    new Refill(
            around,
            questions,
            keys,
            keeper,
            peer,
            partition,
            shared,
            pace,
            () -> {
              refills.end(partition);
              refilled.add(partition);
              // The peer may lack something as well.
              compareAnew(partition);
            })
        .start();
  }
}
