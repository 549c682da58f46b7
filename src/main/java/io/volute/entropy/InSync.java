package io.volute.entropy;

import io.volute.hashing.Partitions;
import io.volute.identity.NodeId;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * For each peer and partition the time as of which they are known to agree: each knows what the
 * other held then, of the keys that both own. Times are this node's, monotonic, and of when the
 * comparison began. 8 KiB a peer; in memory only, since after a restart all is compared anyway.
 */
public final class InSync {
  private static final long NEVER = Long.MIN_VALUE;

  private static final class Marks {
    final long[] agreedAtMillis = new long[Partitions.COUNT];

    int agreed;

    Marks() {
      Arrays.fill(agreedAtMillis, NEVER);
    }
  }

  private final Map<NodeId, Marks> peers = new TreeMap<>();

  /** Both knew all that the other held. */
  void agreed(NodeId peer, int partition, long atMillis) {
    Marks marks = peers.computeIfAbsent(peer, absent -> new Marks());
    marks.agreed += marks.agreedAtMillis[partition] == NEVER ? 1 : 0;
    marks.agreedAtMillis[partition] = Math.max(marks.agreedAtMillis[partition], atMillis);
  }

  void forget(NodeId peer) {
    peers.remove(peer);
  }

  /** The owners have changed, and with them what is shared. */
  void forgetAll() {
    peers.clear();
  }

  /** How many partitions agree, of {@link Partitions#COUNT}. */
  int agreedCount(NodeId peer) {
    Marks marks = peers.get(peer);
    return marks == null ? 0 : marks.agreed;
  }

  /** As of when all partitions agree; empty when not all do yet. */
  public OptionalLong oldestMillis(NodeId peer) {
    Marks marks = peers.get(peer);
    long oldest = marks == null ? NEVER : Arrays.stream(marks.agreedAtMillis).min().orElse(NEVER);
    return oldest == NEVER ? OptionalLong.empty() : OptionalLong.of(oldest);
  }

  /** As of when a partition agrees. */
  public OptionalLong agreedMillis(NodeId peer, int partition) {
    Marks marks = peers.get(peer);
    return marks == null || marks.agreedAtMillis[partition] == NEVER
        ? OptionalLong.empty()
        : OptionalLong.of(marks.agreedAtMillis[partition]);
  }
}
