package io.volute.placement;

import io.volute.identity.NodeId;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which members own a key. A pure function of the roster: every member that knows the same members
 * names the same owners, without asking anyone.
 */
public interface Placement {
  /**
   * All members in the order in which they are responsible for a key. The owners for any mirror
   * count are a prefix of it; who comes after them stands in for one that is away.
   */
  List<NodeId> preference(Name name);

  /** Whether any member that owns keys is known: not at once to one that only serves clients. */
  boolean hasOwners();

  /** The mirror count that holds for a key that asks for this one. */
  Mirrors effective(Mirrors asked);

  /** The owners of a key with this mirror count, in order. */
  default List<NodeId> owners(Name name, Mirrors mirrors) {
    List<NodeId> preference = preference(name);
    int owners = effective(mirrors).among(preference.size());
    return owners == preference.size() ? preference : preference.subList(0, owners);
  }

  /**
   * The owners of a key, in the groups that must each meet what is asked: one in quiet times, more
   * while keys move. {@link #owners} is their union.
   */
  default List<List<NodeId>> groups(Name name, Mirrors mirrors) {
    return List.of(owners(name, mirrors));
  }

  /** The owners first, then all others in the order of their responsibility. */
  default List<NodeId> order(Name name, Mirrors mirrors) {
    return preference(name);
  }

  /**
   * Whether there is a key so many of whose owners can't be reached that they alone may have a
   * write that a quorum acknowledged.
   */
  default boolean mayBeOutOfReach(Mirrors mirrors, Predicate<NodeId> isReachable) {
    return false;
  }

  /**
   * The mirror counts of a partition for which so few owners can be reached that a write which all
   * of these hold would be on fewer disks than acknowledge one by default.
   */
  List<MirrorRange> shortOfOwners(int partition, Predicate<NodeId> isReachable);

  default boolean isOwner(NodeId node, Name name, Mirrors mirrors) {
    return owners(name, mirrors).contains(node);
  }

  /**
   * With how many mirrors at least a member owns keys of a partition, as {@link
   * MirrorRange#widthOf} counts them; {@link MirrorRange#BELOW_ALL} when it owns none.
   */
  int leastMirrors(int partition, NodeId node);

  /** The part of all partitions of which each member is the first owner, in the given order. */
  double shareOf(NodeId node);
}
