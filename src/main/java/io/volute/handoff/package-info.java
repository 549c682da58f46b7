/**
 * Writes kept for owners that are away, and keys that move when owners change.
 *
 * <p>Knows owners through {@code placement}. Must not drop its copy before every owner has
 * confirmed one.
 *
 * <p>Start with the hint: what it promises, and to whom.
 */
package io.volute.handoff;
