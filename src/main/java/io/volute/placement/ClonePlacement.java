package io.volute.placement;

import io.volute.identity.NodeId;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.List;
import java.util.function.Predicate;

/** Clone mode: every member owns every key, whatever mirror count it was written with. */
public final class ClonePlacement implements Placement {
  private static final Name ANY = Name.of("any");

  private final Placement partitions;

  /**
   * @param partitions gives the order of responsibility, which also clone keys have
   */
  public ClonePlacement(Placement partitions) {
    this.partitions = partitions;
  }

  @Override
  public List<NodeId> preference(Name name) {
    return partitions.preference(name);
  }

  @Override
  public boolean hasOwners() {
    return partitions.hasOwners();
  }

  @Override
  public Mirrors effective(Mirrors asked) {
    return Mirrors.CLONE;
  }

  /** Clone writes are acknowledged by two: what the last but one may have is out of reach. */
  @Override
  public boolean mayBeOutOfReach(Mirrors mirrors, Predicate<NodeId> isReachable) {
    List<NodeId> all = partitions.preference(ANY);
    long unreachable = all.stream().filter(node -> !isReachable.test(node)).count();
    return all.size() > 1 && unreachable >= 2;
  }

  @Override
  public List<MirrorRange> shortOfOwners(int partition, Predicate<NodeId> isReachable) {
    return PartitionPlacement.isCloneShort(partitions.preference(ANY), isReachable)
        ? List.of(MirrorRange.ALL)
        : List.of();
  }

  @Override
  public int leastMirrors(int partition, NodeId node) {
    int least = partitions.leastMirrors(partition, node);
    return least == MirrorRange.BELOW_ALL ? least : 1;
  }

  @Override
  public double shareOf(NodeId node) {
    return partitions.shareOf(node);
  }
}
