/**
 * Seeing to it that an owner that was away gets what it missed: durable hints and their delivery.
 *
 * <p>Start with {@link io.volute.handoff.Hints}, and {@link io.volute.handoff.Moves} for keys whose
 * owners change. A hint names a member and a key; the versions are in the store of who keeps the
 * hint. This room does not decide who owns what.
 */
package io.volute.handoff;
