package io.volute.sim;

import java.util.List;

/**
 * One run: some nodes, clients that use them, and a world that turns on them for a while; then
 * peace, and after a bounded time all owners must hold the same, with nothing lost.
 */
final class Simulation {
  private static final long TROUBLE_MILLIS = 40_000;

  /** After the heal all members must see each other within this time. */
  private static final long MEET_MILLIS = 20_000;

  /** After the heal all owners must be equal within this time. */
  private static final long SETTLE_MILLIS = 30_000;

  /** And after this time nobody holds what it does not own. */
  private static final long TIDY_MILLIS = 100_000;

  private final SimDice dice;
  private final Trace trace = new Trace();
  private final Schedule schedule = new Schedule(trace);
  private final Oracle oracle = new Oracle();
  private final SimWorld world;
  private final SimClients clients;
  private final Troubles troubles;
  private boolean troubled = true;

  /** Copies that are left of deleted keys. */
  private int unreaped;

  /**
   * @param onTheLog whether nodes keep their keys in the production log, on a disk that tears; else
   *     in a plain model of it, which is quicker
   * @param moving whether members come and go besides
   */
  Simulation(long seed, boolean onTheLog, boolean moving) {
    dice = new SimDice(seed);
    boolean clone = dice.chance(0.2);
    // A key with one mirror is lost with its owner's disk, so where there are such none is lost.
    boolean single = dice.chance(0.2);
    world = new SimWorld(schedule, dice.split(), oracle, onTheLog, clone);
    oracle.watch(world::stores);
    clients = new SimClients(dice.split(), oracle, 1 + dice.nextBelow(12), single ? 1 : 2);
    troubles = new Troubles(schedule, trace, dice.split(), world, oracle, moving, !single);
    world.found(moving ? 1 + dice.nextBelow(5) : 2 + dice.nextBelow(4));
  }

  /** Runs it all; throws an {@link AssertionError} when an invariant does not hold. */
  void run() {
    scheduleClients();
    troubles.begin();
    runUntil(TROUBLE_MILLIS);
    troubled = false;
    troubles.end();
    runUntil(TROUBLE_MILLIS + MEET_MILLIS);
    new Agreement(world, oracle).checkMembers();
    runUntil(TROUBLE_MILLIS + SETTLE_MILLIS);
    Agreement agreement = new Agreement(world, oracle);
    agreement.checkMembers();
    agreement.checkKeys();
    unreaped = agreement.unreaped();
    runUntil(TROUBLE_MILLIS + TIDY_MILLIS);
    new Agreement(world, oracle).checkExactlyOwners();
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
