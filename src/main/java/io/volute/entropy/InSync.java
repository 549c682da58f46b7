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
 * comparison began. 16 KiB a peer; in memory only, since after a restart all is compared anyway.
 */
public final class InSync {
  private static final long NEVER = Long.MIN_VALUE;

  private static final class Marks {
    final long[] agreedAtMillis = new long[Partitions.COUNT];

    int agreed;

    /** As of when the peer held nothing at all that is ours and that we don't know. */
    final long[] gaveAllAtMillis = new long[Partitions.COUNT];

    Marks() {
      Arrays.fill(agreedAtMillis, NEVER);
      Arrays.fill(gaveAllAtMillis, NEVER);
    }
  }

  private final Map<NodeId, Marks> peers = new TreeMap<>();

  /**
   * Both knew all that the other held.
   *
   * @param gaveAll whether the peer also held nothing that it does not own and this node does
   */
  void agreed(NodeId peer, int partition, long atMillis, boolean gaveAll) {
    Marks marks = peers.computeIfAbsent(peer, absent -> new Marks());
    marks.agreed += marks.agreedAtMillis[partition] == NEVER ? 1 : 0;
    marks.agreedAtMillis[partition] = Math.max(marks.agreedAtMillis[partition], atMillis);
    if (gaveAll) {
      marks.gaveAllAtMillis[partition] = Math.max(marks.gaveAllAtMillis[partition], atMillis);
    }
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

  /**
   * Whether this node knows everything of a partition's keys that are its own which the peer held
   * at that time, and the peer all that this node did.
   */
  public boolean hasGivenAllSince(NodeId peer, int partition, long millis) {
    Marks marks = peers.get(peer);
    return marks != null && marks.gaveAllAtMillis[partition] >= millis;
  }
}
