package io.volute.placement;

import io.volute.identity.MemberEntry;
import java.util.Collection;
import java.util.List;

/** The placement that holds at present. It is swapped as a whole when the members change. */
public final class Placements {
  private final boolean cloneEveryKey;
  private List<MemberEntry> members;
  private Placement current;

  /**
   * @param cloneEveryKey whether every member owns every key
   */
  public Placements(Collection<MemberEntry> members, boolean cloneEveryKey) {
    this.cloneEveryKey = cloneEveryKey;
    this.members = List.copyOf(members);
    this.current = place();
  }

  public Placement current() {
    return current;
  }

  /** Places keys on these members from now on; returns whether that changes anything. */
  public boolean use(Collection<MemberEntry> next) {
    if (members.equals(List.copyOf(next))) {
      return false;
    }
    members = List.copyOf(next);
    current = place();
    return true;
  }

  private Placement place() {
    Placement partitions = new PartitionPlacement(members);
    return cloneEveryKey ? new ClonePlacement(partitions) : partitions;
  }
}
