package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Many seeds, each a cluster in trouble; the property {@code volute.seed} runs just one. */
class SimulationTest {
  private static final long FIRST_SEED = 1;
  private static final boolean ON_THE_LOG = Boolean.getBoolean("volute.log");
  private static final int SEEDS = Integer.getInteger("volute.seeds", 500);

  @Test
  void shouldKeepItsPromisesWhateverHappens() {
    Long only = Long.getLong("volute.seed");
    if (only != null) {
      System.err.println("seed " + only + ": " + run(only, ON_THE_LOG).summary());
      return;
    }
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Simulation run = run(seed, false);
      if (Boolean.getBoolean("volute.verbose")) {
        System.err.println("seed " + seed + ": " + run.summary());
      }
    }
  }

  @Test
  void shouldKeepItsPromisesOnTheProductionLogAsWell() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS / 10; seed++) {
      run(seed, true);
    }
  }

  @Test
  void shouldRepeatARunExactlyWhenGivenTheSameSeed() {
    assertEquals(run(7, false).trace().hash(), run(7, false).trace().hash());
    assertNotEquals(run(7, false).trace().hash(), run(8, false).trace().hash());
  }

  private static Simulation run(long seed, boolean onTheLog) {
    Simulation simulation = new Simulation(seed, onTheLog);
    try {
      simulation.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed "
              + seed
              + " fails: "
              + e.getMessage()
              + "\nreplay with: scripts/test -Dtest=SimulationTest -Dvolute.seed="
              + seed
              + (onTheLog ? " -Dvolute.log=true" : "")
              + "\nthe end of its trace:\n"
              + simulation.trace().end(),
          e);
    }
    return simulation;
  }
}
