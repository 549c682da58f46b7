package io.volute.entropy;

import io.volute.causal.ContextBytes;
import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.identity.Endpoint;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.message.Message.HashDigest;
import io.volute.message.Message.LeafSum;
import io.volute.message.Message.PartitionBranches;
import io.volute.message.Message.PartitionSum;
import io.volute.message.Message.RangeKey;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a member answers to one that compares hash trees with it. Keeps nothing between questions,
 * and each answer is bounded, whatever is asked.
 */
public final class TreeAnswers {
  /** An answer is closed once it has this many bytes; well below a datagram. */
  private static final int ANSWER_BYTES = 32 * 1024;

  /** Keys that are looked at for one answer. */
  private static final int KEYS_LIMIT = 1024;

  /** Keys of one leaf that are told apart. A store of ten million keys has 40 in each. */
  private static final int LEAF_LIMIT = 16 * KEYS_LIMIT;

  /** What a version takes on the wire besides its context, content type and value, at most. */
  private static final int VERSION_BYTES = 160;

  /** Whoever holds keys of others brings them by itself: see {@link StrayPush}. */
  private static final long NO_STRAYS = 0;

  private final Surroundings around;

  public TreeAnswers(Surroundings around) {
    this.around = around;
  }

  /** An answer that is made of the sums by one digest key. */
  private interface BySums {
    Message of(KeyTree.Sums sums) throws StoreException;
  }

  /** Answers if it is such a question; else returns false. */
  public boolean onMessage(Endpoint from, Message message) {
    try {
      Optional<Message> answer = answer(from, message);
      answer.ifPresent(one -> around.wire().send(from, one));
      return answer.isPresent();
    } catch (StoreException e) {
      // The store has said so itself. Keys that can't be found must not be taken for absent, so
      // there is no answer: the question is asked again, until the exchange is given up.
      return true;
    }
  }

  private Optional<Message> answer(Endpoint from, Message message) throws StoreException {
    Message answer;
    if (message instanceof Message.CompareGroups ask) {
      answer = by(ask.digestKey(), ask.requestId(), sums -> groups(sums, from, ask));
    } else if (message instanceof Message.ComparePartitions ask) {
      answer = by(ask.digestKey(), ask.requestId(), sums -> partitions(sums, ask));
    } else if (message instanceof Message.CompareLeaves ask) {
      answer = by(ask.digestKey(), ask.requestId(), sums -> leaves(sums, ask));
    } else if (message instanceof Message.NameHashes ask) {
      answer = by(ask.digestKey(), ask.requestId(), sums -> names(sums, ask));
    } else if (message instanceof Message.FetchRange ask) {
      answer = range(ask);
    } else {
      return Optional.empty();
    }
    return Optional.of(answer);
  }

  private Message by(long digestKey, long requestId, BySums answer) throws StoreException {
    Optional<KeyTree.Sums> sums = tree().sums(digestKey);
    return sums.isPresent() ? answer.of(sums.get()) : new Message.UnknownDigestKey(requestId);
  }

  private KeyTree tree() {
    return around.store().tree();
  }

  private Message groups(KeyTree.Sums sums, Endpoint from, Message.CompareGroups ask) {
    long differing = 0;
    for (int group = 0; group < Sharing.GROUPS; group++) {
      if (Sharing.groupDigest(around, sums, from.node(), group) != ask.digests().get(group)) {
        differing |= 1L << group;
      }
    }
    return new Message.GroupsCompared(ask.requestId(), differing, NO_STRAYS);
  }

  private Message partitions(KeyTree.Sums sums, Message.ComparePartitions ask)
      throws StoreException {
    List<PartitionBranches> differing = new ArrayList<>();
    for (PartitionSum one : ask.partitions()) {
      MirrorRange range = MirrorRange.from(one.leastMirrors());
      if (sums.sum(one.partition(), range) != one.sum()) {
        List<Long> branches = branches(sums.leafSums(one.partition(), range));
        long count = tree().keyCount(one.partition(), range);
        differing.add(new PartitionBranches(one.partition(), count, branches));
      }
    }
    return new Message.PartitionsCompared(ask.requestId(), differing);
  }

  static List<Long> branches(long[] leaves) {
    int width = Partitions.LEAVES / Message.BRANCHES;
    List<Long> branches = new ArrayList<>(Message.BRANCHES);
    for (int branch = 0; branch < Message.BRANCHES; branch++) {
      long sum = 0;
      for (int leaf = branch * width; leaf < (branch + 1) * width; leaf++) {
        sum += leaves[leaf];
      }
      branches.add(sum);
    }
    return branches;
  }

  private Message leaves(KeyTree.Sums sums, Message.CompareLeaves ask) throws StoreException {
    MirrorRange range = MirrorRange.from(ask.leastMirrors());
    long[] mine = sums.leafSums(ask.partition(), range);
    List<Integer> differing = new ArrayList<>();
    List<HashDigest> keys = new ArrayList<>();
    for (LeafSum one : ask.leaves()) {
      if (mine[one.leaf()] == one.sum()) {
        continue;
      }
      KeyTree.Page page =
          tree()
              .keys(
                  ask.partition(),
                  one.leaf(),
                  one.leaf() + 1,
                  range,
                  Optional.empty(),
                  KEYS_LIMIT + 1);
      if (page.next().isPresent() || keys.size() + page.keys().size() > KEYS_LIMIT) {
        return new Message.LeavesCompared(ask.requestId(), one.leaf(), differing, keys);
      }
      differing.add(one.leaf());
      digests(sums, page.keys()).forEach((hash, digest) -> keys.add(new HashDigest(hash, digest)));
    }
    return new Message.LeavesCompared(ask.requestId(), Partitions.LEAVES, differing, keys);
  }

  /** Key hashes with digests; keys that have the same hash are taken together. */
  static Map<Long, Long> digests(KeyTree.Sums sums, List<NamedVersions> keys) {
    Map<Long, Long> digests = new TreeMap<>();
    for (NamedVersions key : keys) {
      long hash = Partitions.hashOf(key.name());
      digests.merge(hash, sums.digest(hash, key.versions()), Long::sum);
    }
    return digests;
  }

  private Message names(KeyTree.Sums sums, Message.NameHashes ask) throws StoreException {
    List<Name> names = new ArrayList<>();
    List<Long> unheld = new ArrayList<>();
    int bytes = 0;
    int answered = 0;
    int listed = -1;
    List<NamedVersions> leaf = List.of();
    for (HashDigest one : ask.hashes()) {
      if (bytes > ANSWER_BYTES) {
        break;
      }
      answered++;
      if (Partitions.leafOf(one.hash()) != listed) {
        // They come in order, so that each leaf is read once.
        listed = Partitions.leafOf(one.hash());
        leaf = keysOf(ask.partition(), listed);
      }
      List<NamedVersions> held = withHash(leaf, one.hash());
      if (digests(sums, held).getOrDefault(one.hash(), 0L) == one.digest()) {
        continue;
      }
      if (held.isEmpty()) {
        unheld.add(one.hash());
        bytes += Long.BYTES + 1;
      }
      for (NamedVersions key : held) {
        names.add(key.name());
        bytes += key.name().sizeBytes() + 3;
      }
    }
    return new Message.HashesNamed(ask.requestId(), answered, names, unheld);
  }

  private List<NamedVersions> keysOf(int partition, int leaf) throws StoreException {
    List<NamedVersions> keys = new ArrayList<>();
    Optional<Name> next = Optional.empty();
    do {
      KeyTree.Page page = tree().keys(partition, leaf, leaf + 1, MirrorRange.ALL, next, KEYS_LIMIT);
      keys.addAll(page.keys());
      next = page.next();
    } while (next.isPresent() && keys.size() < LEAF_LIMIT);
    return keys;
  }

  private static List<NamedVersions> withHash(List<NamedVersions> keys, long hash) {
    return keys.stream().filter(key -> Partitions.hashOf(key.name()) == hash).toList();
  }

  private Message range(Message.FetchRange ask) throws StoreException {
    List<RangeKey> keys = new ArrayList<>();
    MirrorRange range = MirrorRange.from(ask.leastMirrors());
    KeyTree.Page page =
        tree().keys(ask.partition(), 0, Partitions.LEAVES, range, ask.after(), KEYS_LIMIT / 4);
    int bytes = 0;
    Optional<Name> last = Optional.empty();
    for (NamedVersions key : page.keys()) {
      List<FetchedVersion> versions = withValues(key, ANSWER_BYTES - bytes);
      boolean fits = !versions.isEmpty();
      if (!fits && bytes > 0) {
        // It may fit into an answer of its own.
        return new Message.FetchedRange(ask.requestId(), keys, last);
      }
      bytes += key.name().sizeBytes() + sizeBytes(versions);
      keys.add(new RangeKey(key.name(), versions));
      last = Optional.of(key.name());
    }
    return new Message.FetchedRange(ask.requestId(), keys, page.next());
  }

  /** Empty when the versions alone take more than there is room for. */
  private List<FetchedVersion> withValues(NamedVersions key, int roomBytes) {
    List<FetchedVersion> versions = new ArrayList<>();
    int bytes = key.name().sizeBytes();
    for (Version version : key.versions()) {
      bytes += sizeBytes(version);
      Optional<Value> value = Optional.empty();
      if (bytes + version.sizeBytes() <= roomBytes) {
        value = value(key.name(), version);
        bytes += (int) (long) value.map(TreeAnswers::sizeBytes).orElse(0L);
      }
      versions.add(new FetchedVersion(version, value));
    }
    return bytes <= roomBytes ? versions : List.of();
  }

  private static long sizeBytes(Value value) {
    return value instanceof Value.Inline ? value.sizeBytes() : VERSION_BYTES;
  }

  private static int sizeBytes(List<FetchedVersion> versions) {
    int bytes = 0;
    for (FetchedVersion one : versions) {
      bytes += sizeBytes(one.version());
      bytes += (int) (long) one.value().map(TreeAnswers::sizeBytes).orElse(0L);
    }
    return bytes;
  }

  private static int sizeBytes(Version version) {
    return VERSION_BYTES
        + ContextBytes.sizeBytes(version.replaces())
        + version.contentType().length();
  }

  private Optional<Value> value(Name name, Version version) {
    try {
      return version.sizeBytes() == 0
          ? Optional.of(Value.EMPTY)
          : around.store().value(name, version.dot());
    } catch (StoreException e) {
      // Damaged here; the store has reported it, and another owner has it.
      return Optional.empty();
    }
  }
}
