/**
 * The simulator: whole clusters of production kernels in one thread and in virtual time, over a
 * network that loses, repeats, delays and cuts, and disks that forget what was not synced.
 *
 * <p>Start with {@link io.volute.sim.Simulation}. A seed decides everything, so that a failure can
 * be repeated exactly: {@code scripts/test -Dtest=SimulationTest -Dvolute.seed=N}.
 */
package io.volute.sim;
