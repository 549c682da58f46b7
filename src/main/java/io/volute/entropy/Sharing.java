package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.Hash64;
import io.volute.hashing.Partitions;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.port.KeyTree;
import io.volute.record.MirrorRange;

/**
 * Which keys of a partition this node has in common with a peer. Owners are a prefix of the
 * partition's order, so two members share exactly the keys with so many mirrors that the prefix
 * reaches both.
 */
final class Sharing {
  static final int GROUPS = Partitions.COUNT / Message.GROUP_PARTITIONS;

  private Sharing() {}

  /** Mirror counts with which both own a key; may be empty. */
  static MirrorRange with(Surroundings around, NodeId peer, int partition) {
    int here = around.placement().leastMirrors(partition, around.self());
    int there = around.placement().leastMirrors(partition, peer);
    return MirrorRange.from(Math.max(here, there));
  }

  /** Mirror counts with which the owner owns a key and the holder does not. */
  static MirrorRange strays(Surroundings around, NodeId holder, NodeId owner, int partition) {
    int least = around.placement().leastMirrors(partition, owner);
    int below = around.placement().leastMirrors(partition, holder);
    return new MirrorRange(Math.min(least, below), below);
  }

  /**
   * A digest of what is shared with a peer of a group of partitions.
   *
   * @param sums those of this node
   */
  static long groupDigest(Surroundings around, KeyTree.Sums sums, NodeId peer, int group) {
    long digest = 0;
    int first = group * Message.GROUP_PARTITIONS;
    for (int partition = first; partition < first + Message.GROUP_PARTITIONS; partition++) {
      MirrorRange shared = with(around, peer, partition);
      if (!shared.isEmpty()) {
        // With where the range begins: members that see the owners otherwise must notice.
        long place = ((long) partition << Short.SIZE) + shared.least();
        digest += Hash64.mix(Hash64.mix(place) + sums.sum(partition, shared));
      }
    }
    return digest;
  }
}
