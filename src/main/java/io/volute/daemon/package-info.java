/**
 * A node put together: wiring, life cycle, orderly stop.
 *
 * <p>Knows every adapter's constructor, and is the only room that calls one. Must not hold protocol
 * logic: what decides belongs in the core, where the simulator can reach it.
 *
 * <p>Start with the order in which parts start; they stop in the opposite one.
 */
package io.volute.daemon;
