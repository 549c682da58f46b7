package io.volute.sim;

import io.volute.command.Answer;
import io.volute.command.Answer.MemberState;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.placement.ClonePlacement;
import io.volute.placement.PartitionPlacement;
import io.volute.placement.Placement;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What must hold after some time of peace. */
final class Agreement {
  private final SimWorld world;
  private final Oracle oracle;

  /** Nodes that belong to the cluster, by their own account. */
  private final List<SimNode> members = new ArrayList<>();

  private final Placement placement;

  /** Copies that are left of deleted keys. */
  private int unreaped;

  Agreement(SimWorld world, Oracle oracle) {
    this.world = world;
    this.oracle = oracle;
    List<MemberEntry> owning = new ArrayList<>();
    for (SimNode node : world.nodes()) {
      boolean belongs = SimWorld.status(node).phase() == Answer.Phase.RUNNING;
      if (belongs) {
        members.add(node);
      }
      if (belongs && !world.followers().contains(node)) {
        owning.add(world.entry(node.id()));
      }
    }
    Placement partitions = new PartitionPlacement(owning);
    placement = world.clonesAll() ? new ClonePlacement(partitions) : partitions;
  }

  /** All who belong to the cluster see each other, and nobody else. */
  void checkMembers() {
    TreeMap<NodeId, MemberState> expected = new TreeMap<>();
    members.forEach(node -> expected.put(node.id(), MemberState.ALIVE));
    for (SimNode node : members) {
      TreeMap<NodeId, MemberState> seen = new TreeMap<>();
      for (Answer.MemberLine line : SimWorld.membership(node).members()) {
        if (line.state() != MemberState.LEFT) {
          seen.put(line.node(), line.state());
        }
      }
      Oracle.check(
          seen.equals(expected), () -> node.id() + " sees " + seen + " instead of " + expected);
    }
  }

  void checkKeys() {
    oracle.checkNothingAcknowledgedIsLost(keepers().stream().map(SimNode::store).toList());
    for (Name name : oracle.names()) {
      check(name);
    }
  }

  private void check(Name name) {
    List<SimNode> keepers = keepers();
    VersionSet merged = merged(name);
    oracle.checkFinalState(name, merged);
    List<NodeId> owners =
        merged.mirrors().map(mirrors -> placement.owners(name, mirrors)).orElse(List.of());
    for (SimNode node : keepers) {
      VersionSet held = node.store().versions(name);
      Oracle.check(
          DiskCare.isCountedRight(node.store(), name),
          () -> name + ": the hash tree of " + node.id() + " is not that of its keys");
      boolean deleted = held.asList().stream().allMatch(Version::isTombstone);
      unreaped += deleted && !held.isEmpty() ? 1 : 0;
      if (owners.contains(node.id())) {
        boolean isLate = held.isEmpty() && oracle.isReaped(name, merged);
        Oracle.check(
            held.equals(merged) || isLate,
            () -> name + ": owner " + node.id() + " has " + held + " of " + merged);
        held.forEach(version -> checkValue(node, name, version));
      }
    }
    for (SimNode follower : world.followers()) {
      if (members.contains(follower)) {
        VersionSet held = follower.store().versions(name);
        // It may know of more: of what is lost with a disk before it was acknowledged.
        Oracle.check(
            held.merge(merged).equals(held),
            () -> name + ": follower " + follower.id() + " has " + held + " of " + merged);
      }
    }
  }

  /** Members that own keys. */
  List<SimNode> keepers() {
    return members.stream().filter(node -> !world.followers().contains(node)).toList();
  }

  /** Whether the key is to be at this member, if it has these versions. */
  boolean owns(SimNode node, Name name, VersionSet versions) {
    return versions
        .mirrors()
        .map(mirrors -> placement.owners(name, mirrors).contains(node.id()))
        .orElse(false);
  }

  int unreaped() {
    return unreaped;
  }

  /** A key is held by its owners and nobody else, whatever a holder's own copy says of them. */
  void checkExactlyOwners() {
    for (Name name : oracle.names()) {
      VersionSet merged = merged(name);
      for (SimNode node : keepers()) {
        VersionSet held = node.store().versions(name);
        Oracle.check(
            held.isEmpty() || owns(node, name, merged),
            () -> name + " is still held by " + node.id() + ", which does not own it: " + held);
      }
    }
  }

  private VersionSet merged(Name name) {
    return keepers().stream()
        .map(node -> node.store().versions(name))
        .reduce(VersionSet.EMPTY, VersionSet::merge);
  }

  private static void checkValue(SimNode node, Name name, Version version) {
    try {
      Optional<Value> value = node.store().value(name, version.dot());
      Oracle.check(
          value.isPresent() && version.isSizeOf(value.get()),
          () -> name + ": " + node.id() + " has " + version + " without its value");
      if (value.get() instanceof Value.Blob blob) {
        Oracle.check(
            node.store().blobs().isWhole(blob.id()),
            () -> name + ": " + node.id() + " has " + version + " without its blob");
      }
    } catch (StoreException e) {
      throw new AssertionError(name + " can't be read at " + node.id(), e);
    }
  }
}
