package io.volute.sim;

import io.volute.settings.Duty;
import java.util.List;

/**
 * One run: some nodes, clients that use them, and a world that turns on them for a while; then
 * peace, and after a bounded time all owners must hold the same, with nothing lost.
 */
final class Simulation {
  private static final long TROUBLE_MILLIS = 40_000;

  /** So soon after the heal each disk is read as a whole. */
  private static final long SCRUB_MILLIS = 1000;

  /** After the heal all members must see each other within this time. */
  private static final long MEET_MILLIS = 20_000;

  /** After the heal all owners must be equal within this time. */
  private static final long SETTLE_MILLIS = 30_000;

  /** And after this time nobody holds what it does not own. */
  private static final long TIDY_MILLIS = 100_000;

  /** How long a member that comes in peace may take to get its keys, and others to drop theirs. */
  private static final long GROWTH_MILLIS = 70_000;

  /** How often it is asked in peace whether all still see each other. */
  private static final long WATCH_MILLIS = 500;

  private final SimDice dice;
  private final Trace trace = new Trace();
  private final Schedule schedule = new Schedule(trace);
  private final Oracle oracle = new Oracle();
  private final SimWorld world;
  private final SimClients clients;
  private final Troubles troubles;
  private final Ordeal ordeal;
  private boolean troubled = true;

  /** Copies that are left of deleted keys. */
  private int unreaped;

  Simulation(long seed, Ordeal ordeal) {
    dice = new SimDice(seed);
    this.ordeal = ordeal;
    boolean clone = dice.chance(0.2);
    // A key with one mirror is lost with its owner's disk, so where there are such none is lost.
    boolean single = dice.chance(0.2);
    world = new SimWorld(schedule, dice.split(), oracle, ordeal.onTheLog(), clone);
    oracle.watch(world::stores);
    clients = new SimClients(dice.split(), oracle, 1 + dice.nextBelow(12), single ? 1 : 2);
    troubles = new Troubles(schedule, trace, dice.split(), world, oracle, ordeal, !single);
    world.found(ordeal.moving() ? 1 + dice.nextBelow(5) : 2 + dice.nextBelow(4));
  }

  /** Runs it all; throws an {@link AssertionError} when an invariant does not hold. */
  void run() {
    scheduleClients();
    troubles.begin();
    suffer();
    troubled = false;
    troubles.end();
    // What has rotted is found: by processes that end of it, and again when all have met.
    scrubAt(TROUBLE_MILLIS + SCRUB_MILLIS);
    runUntil(TROUBLE_MILLIS + MEET_MILLIS);
    new Agreement(world, oracle).checkMembers();
    scrubAt(TROUBLE_MILLIS + MEET_MILLIS);
    watchUntil(TROUBLE_MILLIS + SETTLE_MILLIS);
    Agreement agreement = new Agreement(world, oracle);
    agreement.checkKeys();
    unreaped = agreement.unreaped();
    watchUntil(TROUBLE_MILLIS + TIDY_MILLIS);
    new Agreement(world, oracle).checkExactlyOwners();
    if (ordeal.moving()) {
      growInPeace();
    }
  }

  private void suffer() {
    FalseDoubts doubts = new FalseDoubts(world);
    while (schedule.nowMillis() + FalseDoubts.LOOK_MILLIS <= TROUBLE_MILLIS) {
      runUntil(schedule.nowMillis() + FalseDoubts.LOOK_MILLIS);
      doubts.look(schedule.nowMillis());
    }
    runUntil(TROUBLE_MILLIS);
  }

  private void scrubAt(long millis) {
    if (ordeal.rotting()) {
      runUntil(millis);
      world.up().forEach(SimNode::scrub);
    }
  }

  /** In peace nobody takes a live member for suspect or dead, not even for a moment. */
  private void watchUntil(long untilMillis) {
    while (schedule.nowMillis() + WATCH_MILLIS <= untilMillis) {
      runUntil(schedule.nowMillis() + WATCH_MILLIS);
      new Agreement(world, oracle).checkMembers();
    }
    runUntil(untilMillis);
  }

  /** One more member gets what it is to own, and nothing else moves. */
  private void growInPeace() {
    LeastMoves moves = new LeastMoves(world, oracle);
    SimNode newcomer = world.join(world.nodes().get(0), Duty.MEMBER);
    trace.add(schedule.nowMillis(), newcomer.id() + " comes in peace");
    runUntil(TROUBLE_MILLIS + TIDY_MILLIS + GROWTH_MILLIS);
    Agreement agreement = new Agreement(world, oracle);
    agreement.checkMembers();
    agreement.checkKeys();
    agreement.checkExactlyOwners();
    moves.check(agreement);
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
          List<SimNode> nodes = world.nodes();
          SimNode node = nodes.get(dice.nextBelow(nodes.size()));
          if (node.isUp()) {
            clients.act(node);
          }
          scheduleClients();
        });
  }

  Trace trace() {
    return trace;
  }

  String summary() {
    return world.nodes().size()
        + (world.clonesAll() ? " clones, " : " nodes, ")
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
