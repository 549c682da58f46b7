package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Many seeds, each a cluster in trouble; the property {@code volute.seed} runs just one. */
class SimulationTest {
  private static final long FIRST_SEED = 1;
  private static final int SEEDS = Integer.getInteger("volute.seeds", 500);

  @Test
  void shouldKeepItsPromisesWhateverHappens() {
    Long only = Long.getLong("volute.seed");
    if (only != null) {
      System.err.println("seed " + only + ": " + run(only).summary());
      return;
    }
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      run(seed);
    }
  }

  @Test
  void shouldRepeatARunExactlyWhenGivenTheSameSeed() {
    assertEquals(run(7).trace().hash(), run(7).trace().hash());
    assertNotEquals(run(7).trace().hash(), run(8).trace().hash());
  }

  private static Simulation run(long seed) {
    Simulation simulation = new Simulation(seed);
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
              + "\nthe end of its trace:\n"
              + simulation.trace().end(),
          e);
    }
    return simulation;
  }
}
