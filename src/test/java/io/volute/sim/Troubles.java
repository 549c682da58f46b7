package io.volute.sim;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.HostPort;
import io.volute.settings.Duty;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the world does to a cluster. */
final class Troubles {
  private static final int MOST_NODES = 8;
  private static final int MOST_FLAPS = 12;

  /** So soon in peace somebody looks whether a node that was restored is taken for a member. */
  private static final long LOOK_AFTER_MILLIS = 2000;

  /** Whether members come and go besides, or only suffer. */
  private final boolean moving;

  private final boolean rotting;
  private final boolean parting;
  private final Schedule schedule;
  private final Trace trace;
  private final SimDice dice;
  private final SimWorld world;
  private final Oracle oracle;
  private final boolean disksAreLost;

  /** Nodes that have left, or were told to: nothing may rely on what is theirs. */
  private final Set<SimNode> leavers = new HashSet<>();

  /** Nodes that a backup was put back in. */
  private final Set<SimNode> restored = new LinkedHashSet<>();

  private boolean over;

  /**
   * @param ordeal whether members come and go besides, or only suffer, and whether disks rot
   * @param disksAreLost whether acknowledged writes have copies enough for that
   */
  Troubles(
      Schedule schedule,
      Trace trace,
      SimDice dice,
      SimWorld world,
      Oracle oracle,
      Ordeal ordeal,
      boolean disksAreLost) {
    this.schedule = schedule;
    this.trace = trace;
    this.dice = dice;
    this.world = world;
    this.oracle = oracle;
    this.moving = ordeal.moving();
    this.rotting = ordeal.rotting();
    this.parting = ordeal.parting();
    this.disksAreLost = disksAreLost;
  }

  void begin() {
    trouble();
    if (parting) {
      part();
    }
  }

  /** Two can't reach each other, while all others reach both. */
  private void part() {
    schedule.after(
        dice.between(1000, 6000),
        "",
        () -> {
          if (!over) {
            SimNode one = any();
            SimNode other = any();
            say(one.id() + " and " + other.id() + " part");
            world.network().cut(one.id(), other.id());
            world.network().cut(other.id(), one.id());
            part();
          }
        });
  }

  private void trouble() {
    schedule.after(
        dice.between(100, 4000),
        "",
        () -> {
          if (!over) {
            next();
            trouble();
          }
        });
  }

  private SimNode any() {
    return world.nodes().get(dice.nextBelow(world.nodes().size()));
  }

  private void say(String what) {
    trace.add(schedule.nowMillis(), what);
  }

  private void next() {
    SimNode node = any();
    if (rotting && dice.chance(0.15)) {
      rot(node);
      return;
    }
    switch (dice.nextBelow(moving ? 20 : 12)) {
      case 0, 1 -> crash(node, SimDisk.Crash.KILL);
      case 2, 3 -> crash(node, SimDisk.Crash.POWER_LOSS);
      case 4 -> loseDisk(node);
      case 5 -> world.network().degrade(dice.nextBelow(30) / 100.0, 0.1, 0.1);
      case 6 -> split();
      case 7 -> cutOneWay(node);
      case 8 -> world.network().heal();
      case 9 -> crashAll();
      case 10 -> {
        say(node.id() + " clock jumps, slow disk");
        node.jumpClock(dice.between(-3_600_000, 3_600_000));
        node.slowDisk(dice.between(0, 300));
      }
      case 11 -> failDisk(node);
      case 12, 13, 14 -> join(Duty.MEMBER);
      case 15 -> follow();
      case 16, 17 -> leave(node);
      case 18 -> remove(node);
      default -> flap(node, 1 + dice.nextBelow(MOST_FLAPS));
    }
  }

  private void crash(SimNode node, SimDisk.Crash crash) {
    if (!node.isUp()) {
      return;
    }
    say(node.id() + " crashes: " + crash);
    node.crash(crash);
    oracle.checkNothingAcknowledgedIsLost(world.stores());
    schedule.after(dice.between(10, 9000), node.id() + " restarts", () -> restart(node));
  }

  private static void restart(SimNode node) {
    if (!node.isUp()) {
      node.restart();
    }
  }

  private void crashAll() {
    SimDisk.Crash crash = dice.chance(0.5) ? SimDisk.Crash.KILL : SimDisk.Crash.POWER_LOSS;
    world.nodes().forEach(node -> crash(node, crash));
  }

  /**
   * Disks may be lost as often as each acknowledged write is durable on one of the others: those of
   * members that stay. So the next may go as soon as the one before is refilled.
   */
  private boolean mayLose(SimNode node) {
    return disksAreLost
        && oracle.isNothingAcknowledgedLost(
            world.keepers().stream()
                .filter(other -> other != node && !leavers.contains(other))
                .map(other -> other.disk().durable())
                .flatMap(Optional::stream)
                .toList());
  }

  private void loseDisk(SimNode node) {
    if (!node.isUp() || !mayLose(node)) {
      return;
    }
    Optional<SimDisk> backup = dice.chance(0.5) ? node.disk().backup() : Optional.empty();
    if (backup.isEmpty()) {
      crash(node, SimDisk.Crash.WIPE);
      return;
    }
    // Much is written, deleted and reaped before the disk is lost.
    schedule.after(dice.between(1000, 25_000), "", () -> putBack(node, backup.get()));
  }

  /** What rots counts as lost with the disk until it is found and brought back. */
  private void rot(SimNode node) {
    if (!node.isUp() || !mayLose(node)) {
      return;
    }
    oracle.onCopiesEndangered();
    if (dice.chance(0.5)) {
      crash(node, SimDisk.Crash.ROT);
    } else {
      say(node.id() + " disk rots");
      node.disk().rot(dice);
    }
  }

  private void putBack(SimNode node, SimDisk backup) {
    if (!over && node.isUp() && mayLose(node)) {
      crash(node, SimDisk.Crash.WIPE);
      say(node.id() + " is restored from a backup");
      node.restoreBackup(backup);
      restored.add(node);
    }
  }

  private void failDisk(SimNode node) {
    if (node.isUp()) {
      say(node.id() + " disk fails");
      node.failDisk();
      schedule.after(dice.between(100, 3000), "", () -> crash(node, SimDisk.Crash.POWER_LOSS));
    }
  }

  private void split() {
    say("split");
    List<SimNode> nodes = world.nodes();
    int at = 1 + dice.nextBelow(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      for (int j = 0; j < nodes.size(); j++) {
        if (i < at != j < at) {
          world.network().cut(nodes.get(i).id(), nodes.get(j).id());
        }
      }
    }
  }

  private void cutOneWay(SimNode from) {
    say(from.id() + " is not heard");
    world.nodes().forEach(to -> world.network().cut(from.id(), to.id()));
  }

  /** In and out of reach, every second or so. */
  private void flap(SimNode node, int times) {
    say(node.id() + " flaps " + times);
    if (times == 0 || over) {
      world.network().heal();
      return;
    }
    if (times % 2 == 1) {
      cutOneWay(node);
      if (dice.chance(0.5)) {
        world.nodes().forEach(from -> world.network().cut(from.id(), node.id()));
      }
    } else {
      world.network().heal();
    }
    schedule.after(dice.between(200, 2500), "", () -> flap(node, times - 1));
  }

  private void join(Duty duty) {
    Optional<SimNode> through = world.anyUp();
    if (world.nodes().size() < MOST_NODES && through.isPresent()) {
      SimNode node = world.join(through.get(), duty);
      say(node.id() + " comes, as " + duty.role());
    }
  }

  private void follow() {
    if (world.followers().isEmpty()) {
      join(Duty.follower(List.of()));
    }
  }

  private void leave(SimNode node) {
    if (node.isUp() && !world.isAnchor(node) && !world.followers().contains(node)) {
      say(node.id() + " leaves");
      // One that has left refuses to leave again, and is as gone as before.
      boolean isFirstTime = leavers.add(node);
      node.command(
          new Command.Leave(),
          answer -> {
            say(node.id() + " has left: " + answer);
            if (isFirstTime && !(answer instanceof Answer.Done)) {
              leavers.remove(node);
            }
          });
    }
  }

  /** An operator gives a node up, mostly one that is down. */
  private void remove(SimNode node) {
    Optional<SimNode> by = world.anyUp();
    boolean given = !node.isUp() || dice.chance(0.3);
    if (!given
        || by.isEmpty()
        || by.get() == node
        || world.isAnchor(node)
        || world.followers().contains(node)
        || !mayLose(node)) {
      return;
    }
    say(node.id() + " is removed by " + by.get().id());
    world.onRemoved(node);
    by.get().command(new Command.RemoveMember(node.id()), answer -> {});
  }

  void end() {
    say("peace");
    over = true;
    world.network().heal();
    for (SimNode node : world.nodes()) {
      node.slowDisk(0);
      if (node.isUp() && node.disk().hasFailed()) {
        node.crash(SimDisk.Crash.POWER_LOSS);
      }
      restart(node);
    }
    for (SimNode node : restored) {
      schedule.after(LOOK_AFTER_MILLIS, "", () -> lookAfter(node));
    }
  }

  /**
   * A backup may be of a time when the node had been removed, though it has joined again since. It
   * goes on as removed, and the others miss it: an operator has to say which it is.
   */
  private void lookAfter(SimNode node) {
    boolean isMissed =
        world.up().stream()
            .filter(other -> other != node && isRunning(other))
            .anyMatch(other -> isListed(other, node));
    if (node.isUp() && !isRunning(node) && !leavers.contains(node) && isMissed) {
      say(node.id() + " is told to join again");
      List<HostPort> anchor = List.of(world.entry(world.nodes().get(0).id()).address());
      node.command(new Command.Join(anchor, Optional.empty()), answer -> {});
    }
  }

  private static boolean isRunning(SimNode node) {
    Answer.Status status = (Answer.Status) node.describe(new Command.DescribeStatus());
    return status.phase() == Answer.Phase.RUNNING;
  }

  private static boolean isListed(SimNode by, SimNode node) {
    Answer.Membership seen = (Answer.Membership) by.describe(new Command.DescribeMembership());
    return seen.members().stream()
        .anyMatch(line -> line.node().equals(node.id()) && line.state() != Answer.MemberState.LEFT);
  }
}
