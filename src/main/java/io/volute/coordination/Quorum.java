package io.volute.coordination;

import io.volute.command.AckLevel;
import io.volute.identity.NodeId;
import io.volute.placement.Placement;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** How many owners of a key an operation needs: in each group of them where keys are moving. */
final class Quorum {
  private record Group(List<NodeId> owners, int required) {}

  private final List<Group> groups;
  private final Set<NodeId> owners = new LinkedHashSet<>();

  private Quorum(List<Group> groups) {
    this.groups = groups;
    groups.forEach(group -> owners.addAll(group.owners()));
  }

  static Quorum forWrite(Placement placement, Name name, Mirrors mirrors, AckLevel level) {
    Mirrors effective = placement.effective(mirrors);
    return of(placement.groups(name, mirrors), group -> level.forWrite(effective, group.size()));
  }

  static Quorum forRead(Placement placement, Name name, Mirrors mirrors, AckLevel level) {
    Mirrors effective = placement.effective(mirrors);
    return of(placement.groups(name, mirrors), group -> level.forRead(effective, group.size()));
  }

  private static Quorum of(List<List<NodeId>> groups, ToIntFunction<List<NodeId>> required) {
    return new Quorum(
        groups.stream().map(group -> new Group(group, required.applyAsInt(group))).toList());
  }

  /** All owners, in order. */
  Set<NodeId> owners() {
    return owners;
  }

  /** What the most demanding group needs. */
  int required() {
    return groups.stream().mapToInt(Group::required).max().orElse(0);
  }

  /** Whether a group has no more owners than it needs. */
  boolean isPossible() {
    return groups.stream()
        .allMatch(group -> group.required() <= group.owners().size() && group.required() > 0);
  }

  /**
   * Whether every group has what it needs.
   *
   * @param counts whether an owner counts
   * @param standIns how many others stand in for owners
   */
  boolean isMet(Predicate<NodeId> counts, int standIns) {
    for (Group group : groups) {
      long met = group.owners().stream().filter(counts).count() + standIns;
      if (met < group.required()) {
        return false;
      }
    }
    return true;
  }
}
