package io.volute.coordination;

import io.volute.command.AckLevel;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

/**
 * How many owners of a key an operation needs: in each group of them where keys are moving, and in
 * each zone where that was asked for.
 */
final class Quorum {
  /**
   * Owners of which some number is needed.
   *
   * @param standIns whether who stands in for an owner counts like one
   */
  private record Group(List<NodeId> owners, int required, boolean standIns) {}

  private final List<Group> groups;
  private final Set<NodeId> owners;

  private Quorum(List<Group> groups, List<NodeId> owners) {
    this.groups = groups;
    this.owners = owners.size() == 1 ? Set.of(owners.get(0)) : new LinkedHashSet<>(owners);
  }

  static Quorum forWrite(Surroundings around, Name name, Mirrors mirrors, AckLevel level) {
    Mirrors effective = around.placement().effective(mirrors);
    return of(around, name, mirrors, level, owners -> level.forWrite(effective, owners));
  }

  static Quorum forRead(Surroundings around, Name name, Mirrors mirrors, AckLevel level) {
    Mirrors effective = around.placement().effective(mirrors);
    return of(around, name, mirrors, level, owners -> level.forRead(effective, owners));
  }

  /**
   * What this one needs, and another one besides: as for a key whose mirror count changes, which
   * readers look for where it was until they have seen the change.
   */
  Quorum and(Quorum other) {
    List<Group> all = new ArrayList<>(groups);
    all.addAll(other.groups);
    Set<NodeId> union = new LinkedHashSet<>(owners);
    union.addAll(other.owners);
    return new Quorum(all, List.copyOf(union));
  }

  private static Quorum of(
      Surroundings around, Name name, Mirrors mirrors, AckLevel level, IntUnaryOperator required) {
    List<Group> groups = new ArrayList<>();
    for (List<NodeId> owners : around.placement().groups(name, mirrors)) {
      if (level.isByZone()) {
        groups.addAll(byZone(around, owners, level, required));
      } else {
        groups.add(new Group(owners, required.applyAsInt(owners.size()), true));
      }
    }
    return new Quorum(groups, around.placement().owners(name, mirrors));
  }

  /**
   * The owners of every zone, or of this node's alone. Nobody stands in for them: who does may be
   * elsewhere, and the point of these levels is where the copies are.
   */
  private static List<Group> byZone(
      Surroundings around, List<NodeId> owners, AckLevel level, IntUnaryOperator required) {
    Map<String, List<NodeId>> zones = new LinkedHashMap<>();
    for (NodeId owner : owners) {
      zones.computeIfAbsent(around.zoneOf(owner), zone -> new ArrayList<>()).add(owner);
    }
    if (level.kind() == AckLevel.Kind.LOCAL_QUORUM) {
      zones.keySet().retainAll(Set.of(around.zoneOf(around.self())));
    }
    return zones.values().stream()
        .map(zone -> new Group(zone, required.applyAsInt(zone.size()), false))
        .toList();
  }

  /** All owners, in order. */
  Set<NodeId> owners() {
    return owners;
  }

  /** What the most demanding group needs. */
  int required() {
    int most = 0;
    for (Group group : groups) {
      most = Math.max(most, group.required());
    }
    return most;
  }

  /** Whether a group has no more owners than it needs. */
  boolean isPossible() {
    for (Group group : groups) {
      if (group.required() > group.owners().size() || group.required() <= 0) {
        return false;
      }
    }
    return !groups.isEmpty();
  }

  /**
   * Whether a write could have what every group needs.
   *
   * @param order who may take the write: the owners and, after them, who may stand in for them
   * @param counts whether a member counts
   */
  boolean canBeMet(List<NodeId> order, Predicate<NodeId> counts) {
    int standIns = 0;
    for (NodeId member : order) {
      standIns += !owners.contains(member) && counts.test(member) ? 1 : 0;
    }
    return isPossible() && isMet(counts, standIns);
  }

  /**
   * Whether every group has what it needs.
   *
   * @param counts whether an owner counts
   * @param standIns how many others stand in for owners
   */
  boolean isMet(Predicate<NodeId> counts, int standIns) {
    for (Group group : groups) {
      int met = group.standIns() ? standIns : 0;
      for (NodeId owner : group.owners()) {
        met += counts.test(owner) ? 1 : 0;
      }
      if (met < group.required()) {
        return false;
      }
    }
    return !groups.isEmpty();
  }
}
