package io.volute.sim;

import io.volute.hashing.Partitions;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.Roster;
import io.volute.message.Message;
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

/**
 * One run: some nodes, clients that use them, and a world that turns on them for a while; then
 * peace, and after a bounded time all owners must hold the same, with nothing lost.
 */
final class Simulation {
  private static final long TROUBLE_MILLIS = 40_000;

  /** After the heal all owners must be equal within this time. */
  private static final long SETTLE_MILLIS = 30_000;

  private final SimDice dice;
  private final Trace trace = new Trace();
  private final Schedule schedule = new Schedule(trace);
  private final SimNetwork network;
  private final Oracle oracle = new Oracle();
  private final SimClients clients;
  private final List<MemberEntry> members = new ArrayList<>();
  private final List<SimNode> nodes = new ArrayList<>();
  private final boolean clone;
  private final Placement placement;
  private boolean wiped;
  private boolean troubled = true;

  /** Copies that are left of deleted keys. */
  private int unreaped;

  /**
   * @param onTheLog whether nodes keep their keys in the production log, on a disk that tears; else
   *     in a plain model of it, which is quicker
   */
  Simulation(long seed, boolean onTheLog) {
    dice = new SimDice(seed);
    network = new SimNetwork(schedule, dice.split(), new Arrivals());
    clients = new SimClients(dice.split(), oracle, 1 + dice.nextBelow(12));
    clone = dice.chance(0.2);
    int count = 2 + dice.nextBelow(4);
    for (int i = 1; i <= count; i++) {
      NodeId id = new NodeId("n" + i);
      SimNode node = new SimNode(id, schedule, network, dice.split());
      node.insert(
          onTheLog ? new LogDisk(oracle, node.clock(), dice.split()) : new SimStore(oracle));
      nodes.add(node);
    }
    for (SimNode node : nodes) {
      members.add(
          new MemberEntry(
              node.id(),
              new HostPort("sim", 1000 + members.size()),
              dice.chance(0.3) ? Optional.of("z" + dice.nextBelow(3)) : Optional.empty(),
              1 + dice.nextBelow(MemberEntry.MAX_WEIGHT)));
    }
    Placement partitions = new PartitionPlacement(members);
    placement = clone ? new ClonePlacement(partitions) : partitions;
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).start(Roster.of(members.get(i), members), clone);
    }
  }

  private final class Arrivals implements SimNetwork.Receiver {
    @Override
    public void onArrival(NodeId from, NodeId to, Message message) {
      arrive(from, to, message);
    }

    @Override
    public void onCall(NodeId from, HostPort at) {
      HostPort seenAt = addressOf(from);
      for (MemberEntry member : members) {
        if (member.address().equals(at)
            && !network.isCut(from, member.id())
            && node(member.id()).isUp()) {
          node(member.id()).called(from, seenAt);
        }
      }
    }
  }

  private HostPort addressOf(NodeId id) {
    return members.stream()
        .filter(member -> member.id().equals(id))
        .map(MemberEntry::address)
        .findFirst()
        .orElseThrow();
  }

  private void arrive(NodeId from, NodeId to, Message message) {
    SimNode node = node(to);
    if (node.isUp()) {
      node.receive(from, message);
    }
  }

  private SimNode node(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  /** Runs it all; throws an {@link AssertionError} when an invariant does not hold. */
  void run() {
    scheduleClients();
    scheduleTrouble();
    runUntil(TROUBLE_MILLIS);
    endTrouble();
    runUntil(TROUBLE_MILLIS + SETTLE_MILLIS);
    checkAgreement();
  }

  private void runUntil(long untilMillis) {
    while (schedule.runNext(untilMillis)) {}
  }

  private void scheduleClients() {
    schedule.after(
        dice.between(1, 60),
        "",
        () -> {
          if (!troubled) {
            return;
          }
          SimNode node = nodes.get(dice.nextBelow(nodes.size()));
          if (node.isUp()) {
            clients.act(node);
          }
          scheduleClients();
        });
  }

  private void scheduleTrouble() {
    schedule.after(
        dice.between(100, 4000),
        "",
        () -> {
          if (troubled) {
            trouble();
            scheduleTrouble();
          }
        });
  }

  private void trouble() {
    SimNode node = nodes.get(dice.nextBelow(nodes.size()));
    switch (dice.nextBelow(12)) {
      case 0, 1 -> crash(node, SimDisk.Crash.KILL);
      case 2, 3 -> crash(node, SimDisk.Crash.POWER_LOSS);
      case 4 -> wipeOnce(node);
      case 5 -> network.degrade(dice.nextBelow(30) / 100.0, 0.1, 0.1);
      case 6 -> split();
      case 7 -> cutOneWay(node);
      case 8 -> network.heal();
      case 9 -> crashAll();
      case 10 -> {
        trace.add(schedule.nowMillis(), node.id() + " clock jumps, slow disk");
        node.jumpClock(dice.between(-3_600_000, 3_600_000));
        node.slowDisk(dice.between(0, 300));
      }
      default -> failDisk(node);
    }
  }

  private void crash(SimNode node, SimDisk.Crash crash) {
    if (!node.isUp()) {
      return;
    }
    trace.add(schedule.nowMillis(), node.id() + " crashes: " + crash);
    node.crash(crash);
    oracle.checkNothingAcknowledgedIsLost(nodes.stream().map(SimNode::store).toList());
    schedule.after(dice.between(10, 9000), node.id() + " restarts", () -> restart(node));
  }

  private void restart(SimNode node) {
    if (!node.isUp()) {
      node.restart();
    }
  }

  private void crashAll() {
    SimDisk.Crash crash = dice.chance(0.5) ? SimDisk.Crash.KILL : SimDisk.Crash.POWER_LOSS;
    nodes.forEach(node -> crash(node, crash));
  }

  /** One disk of a run may be lost: acknowledged writes have a second copy. */
  private void wipeOnce(SimNode node) {
    if (!wiped && node.isUp()) {
      wiped = true;
      crash(node, SimDisk.Crash.WIPE);
    }
  }

  private void failDisk(SimNode node) {
    if (node.isUp()) {
      trace.add(schedule.nowMillis(), node.id() + " disk fails");
      node.failDisk();
      schedule.after(dice.between(100, 3000), "", () -> crash(node, SimDisk.Crash.POWER_LOSS));
    }
  }

  private void split() {
    trace.add(schedule.nowMillis(), "split");
    int at = 1 + dice.nextBelow(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      for (int j = 0; j < nodes.size(); j++) {
        if (i < at != j < at) {
          network.cut(nodes.get(i).id(), nodes.get(j).id());
        }
      }
    }
  }

  private void cutOneWay(SimNode from) {
    trace.add(schedule.nowMillis(), from.id() + " is not heard");
    for (SimNode to : nodes) {
      network.cut(from.id(), to.id());
    }
  }

  private void endTrouble() {
    trace.add(schedule.nowMillis(), "peace");
    troubled = false;
    network.heal();
    for (SimNode node : nodes) {
      node.slowDisk(0);
      if (node.isUp() && node.disk().hasFailed()) {
        node.crash(SimDisk.Crash.POWER_LOSS);
      }
      restart(node);
    }
  }

  private void checkAgreement() {
    oracle.checkNothingAcknowledgedIsLost(nodes.stream().map(SimNode::store).toList());
    for (Name name : oracle.names()) {
      checkAgreement(name);
    }
  }

  private void checkAgreement(Name name) {
    VersionSet merged =
        nodes.stream()
            .map(node -> node.store().versions(name))
            .reduce(VersionSet.EMPTY, VersionSet::merge);
    oracle.checkFinalState(name, merged);
    List<NodeId> owners =
        merged.mirrors().map(mirrors -> placement.owners(name, mirrors)).orElse(List.of());
    for (SimNode node : nodes) {
      VersionSet held = node.store().versions(name);
      Oracle.check(
          node.store().tree().recount(Partitions.of(name)),
          () -> name + ": the hash tree of " + node.id() + " is not that of its keys");
      boolean deleted = held.asList().stream().allMatch(Version::isTombstone);
      unreaped += deleted && !held.isEmpty() ? 1 : 0;
      if (owners.contains(node.id())) {
        Oracle.check(
            held.equals(merged),
            () -> name + ": owner " + node.id() + " has " + held + " of " + merged);
        held.forEach(version -> checkValue(node, name, version));
      }
    }
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

  Trace trace() {
    return trace;
  }

  String summary() {
    return nodes.size()
        + (clone ? " clones, " : " nodes, ")
        + clients.asked()
        + " commands, "
        + clients.answered()
        + " answered, "
        + oracle.writes()
        + " writes, "
        + oracle.acknowledgedWrites()
        + " acknowledged, "
        + oracle.reapedWrites()
        + " reaped, "
        + unreaped
        + " copies not yet";
  }
}
