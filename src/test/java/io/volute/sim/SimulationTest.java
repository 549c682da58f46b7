package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many seeds, each a cluster in trouble; the property {@code volute.seed} runs just one. */
class SimulationTest {
  private static final long FIRST_SEED = 1;

  /** What is run for seeds that are asked for. */
  private static final Ordeal ASKED =
      new Ordeal(
          Boolean.getBoolean("volute.log"),
          Boolean.getBoolean("volute.moving"),
          Boolean.getBoolean("volute.rot"),
          Boolean.getBoolean("volute.parting"));

  private static final int SEEDS = Integer.getInteger("volute.seeds", 400);

  @Test
  void shouldKeepItsPromisesWhateverHappens() {
    Long only = Long.getLong("volute.seed");
    if (only != null) {
      System.err.println("seed " + only + ": " + run(only, ASKED).summary());
      return;
    }
    runEach(SEEDS, seed -> Ordeal.STILL);
  }

  @Test
  void shouldKeepItsPromisesWhileMembersComeAndGo() {
    runEach(SEEDS / 8, seed -> Ordeal.MOVING);
  }

  @Test
  void shouldKeepItsPromisesOnTheProductionLogAsWell() {
    runEach(SEEDS / 10, seed -> eitherWay(seed).withLog());
  }

  @Test
  void shouldKeepItsPromisesWhileDisksRot() {
    runEach(SEEDS / 10, seed -> eitherWay(seed).withRot());
  }

  @Test
  void shouldKeepItsPromisesWhileTwoAreCutFromEachOtherAlone() {
    runEach(SEEDS / 20, seed -> eitherWay(seed).withParting());
  }

  /** Any number of them: see {@code scripts/simulate}. */
  @Test
  void shouldKeepItsPromisesForGivenSeeds() {
    long first = Long.getLong("volute.first", FIRST_SEED);
    long count = Long.getLong("volute.count", 0);
    List<Long> failed = new ArrayList<>();
    for (long seed = first; seed < first + count; seed++) {
      try {
        run(seed, ASKED);
      } catch (AssertionError e) {
        failed.add(seed);
        System.err.println(
            count == 1 ? e.getMessage() : firstLine(e) + "\n  " + replay(seed, ASKED));
      }
    }
    if (count > 0) {
      System.err.println(failed.size() + " of " + count + " seeds failed: " + failed);
    }
    assertEquals(List.of(), failed);
  }

  private static String firstLine(AssertionError failure) {
    return failure.getMessage().lines().findFirst().orElseThrow();
  }

  private static String replay(long seed, Ordeal ordeal) {
    return "replay with: " + ordeal.settings() + " scripts/simulate " + seed + " 1";
  }

  /**
   * Each of these found something. 20653: the only disk left after a leave is lost, which is more
   * than is promised for. 20031 and 24664: versions of which no client was told are given up.
   * 21248: a key with fewer mirrors than is usual is asked for by its version while its owner is
   * away. 30114: a peer is started with other secrets in the midst of a comparison. 30250: owners
   * give up each other's newest tombstone beside an expired value of fewer mirrors for ever.
   */
  @Test
  void shouldKeepItsPromisesForSeedsThatOnceFailedWhileMembersCameAndWent() {
    for (long seed : new long[] {20653, 20031, 24664, 21248, 30114, 30250}) {
      run(seed, Ordeal.MOVING);
    }
  }

  /**
   * 70122: a large value that had been deleted and reaped while it was on its way came back. 85048:
   * a member that was removed and joined again was restored from a backup in between.
   */
  @Test
  void shouldKeepItsPromisesForSeedsThatOnceFailedWhileDisksRotted() {
    run(70122, Ordeal.MOVING.withRot());
    run(85048, Ordeal.MOVING.withRot());
  }

  /**
   * 84196: a value that had rotted at the only member was given up when a second one came, and the
   * tombstone that was made for it taken for one more move. 86465: so was a value that had rotted
   * where it was, and was put there again. 87269: a bit flipped in the last record of a log, which
   * was taken for one that a crash had cut short, and the member wrote over the version it had
   * lost. 87279: former owners of a key that had got fewer mirrors took an old version from each
   * other.
   */
  @Test
  void shouldKeepItsPromisesForSeedsThatOnceFailedWhileDisksRottedOnTheProductionLog() {
    run(84196, Ordeal.MOVING.withRot().withLog());
    run(86465, Ordeal.MOVING.withRot().withLog());
    run(87269, Ordeal.MOVING.withRot().withLog());
    run(87279, Ordeal.MOVING.withRot().withLog());
  }

  /** 23391: two owners gave up each other's newest tombstone for ever. */
  @Test
  void shouldKeepItsPromisesForSeedsThatOnceFailedWhileMembersSuffered() {
    run(23391, Ordeal.STILL);
  }

  @Test
  void shouldRepeatARunExactlyWhenGivenTheSameSeed() {
    assertEquals(run(7, Ordeal.MOVING).trace().hash(), run(7, Ordeal.MOVING).trace().hash());
    assertNotEquals(run(7, Ordeal.MOVING).trace().hash(), run(8, Ordeal.MOVING).trace().hash());
  }

  private static Ordeal eitherWay(long seed) {
    return seed % 2 == 0 ? Ordeal.MOVING : Ordeal.STILL;
  }

  /** On all cores: each run has a world of its own. */
  private static void runEach(long seeds, LongFunction<Ordeal> ordeal) {
    LongStream.range(FIRST_SEED, FIRST_SEED + seeds)
        .parallel()
        .forEach(
            seed -> {
              Simulation run = run(seed, ordeal.apply(seed));
              if (Boolean.getBoolean("volute.verbose")) {
                System.err.println("seed " + seed + ": " + run.summary());
              }
            });
  }

  private static Simulation run(long seed, Ordeal ordeal) {
    Simulation simulation = new Simulation(seed, ordeal);
    try {
      simulation.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed "
              + seed
              + " fails: "
              + e.getMessage()
              + "\n"
              + replay(seed, ordeal)
              + "\nwhat was done:\n"
              + simulation.trace().story()
              + "\nthe end of its trace:\n"
              + simulation.trace().end(),
          e);
    }
    return simulation;
  }
}
