package io.volute.placement;

import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.List;

/** Clone mode: every member owns every key, whatever mirror count it was written with. */
public final class ClonePlacement implements Placement {
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
  public Mirrors effective(Mirrors asked) {
    return Mirrors.CLONE;
  }

  @Override
  public double shareOf(NodeId node) {
    return partitions.shareOf(node);
  }
}
