/**
 * All that the core asks of the world: the time, dice, a wire to peers, a store, blobs.
 *
 * <p>Knows interfaces in the core's words. Must not know any implementation; the daemon brings real
 * ones, the simulator brings its own.
 *
 * <p>Start with the clock and the dice, the two that make a run repeatable.
 */
package io.volute.port;
