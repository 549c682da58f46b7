package io.volute.placement;

import io.volute.hashing.Hash64;
import io.volute.identity.MemberEntry;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * The members on which keys were placed for a while, in the order of their names.
 *
 * @param digest equal for equal placements, and never 0
 * @param isBare whether it is known that no key was written in it: it counts for quorums like any
 *     other, but there is nothing of it to be moved
 */
record Epoch(List<MemberEntry> members, long digest, Placement placement, boolean isBare) {
  static Epoch of(Collection<MemberEntry> members, boolean cloneEveryKey) {
    Placement partitions = new PartitionPlacement(members);
    Placement placement = cloneEveryKey ? new ClonePlacement(partitions) : partitions;
    return new Epoch(List.copyOf(members), digestOf(members), placement, false);
  }

  /** The same, in which no key was ever written. */
  Epoch bare() {
    return new Epoch(members, digest, placement, true);
  }

  private static long digestOf(Collection<MemberEntry> members) {
    long digest = 1;
    for (MemberEntry member : members) {
      // Where a member is reached has no part in what it owns.
      String text = member.id() + " " + member.zone().orElse("") + " " + member.weight();
      digest = Hash64.mix(digest + Hash64.of(text.getBytes(StandardCharsets.UTF_8), 0));
    }
    return digest == 0 ? 1 : digest;
  }

  boolean places(Collection<MemberEntry> others) {
    return digest == digestOf(others);
  }
}
