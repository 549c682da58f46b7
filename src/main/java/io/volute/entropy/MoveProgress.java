package io.volute.entropy;

import io.volute.command.Answer;
import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.record.MirrorRange;
import java.util.List;

/**
 * How far keys are on their way to new owners, by what comparisons have confirmed since the owners
 * last changed. Members out of reach are not counted: a move ends without them. For the kernel's
 * thread.
 */
public final class MoveProgress {
  private final Surroundings around;
  private final InSync inSync;

  MoveProgress(Surroundings around, InSync inSync) {
    this.around = around;
    this.inSync = inSync;
  }

  /** As of now; costs a look at each partition and peer. */
  public Answer.Moving take() {
    if (around.placements().isSettled()) {
      return Answer.Moving.NOTHING;
    }
    List<NodeId> peers =
        around.liveness().roster().peers().stream()
            .map(MemberEntry::id)
            .filter(this::isAwaited)
            .toList();
    long agreed = peers.stream().mapToLong(inSync::agreedCount).sum();
    long all = (long) peers.size() * Partitions.COUNT;
    return new Answer.Moving(true, all == 0 ? 100 : (int) (100 * agreed / all), unconfirmed(peers));
  }

  /** Whether both may own keys, and can speak of them. */
  private boolean isAwaited(NodeId peer) {
    return around.isMember()
        && around.roleOf(peer) == Role.MEMBER
        && around.liveness().isReachable(peer);
  }

  private long unconfirmed(List<NodeId> peers) {
    long keys = 0;
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      int one = partition;
      if (peers.stream().anyMatch(peer -> inSync.agreedMillis(peer, one).isEmpty())) {
        keys += around.store().tree().keyCount(partition, MirrorRange.ALL);
      }
    }
    return keys;
  }
}
