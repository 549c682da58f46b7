/**
 * Seeing to it that an owner that was away gets what it missed: durable hints and their delivery.
 *
 * <p>Start with {@link io.volute.handoff.Hints}. A hint names a member and a key; the versions are
 * in the store of who keeps the hint. This room does not decide who owns what.
 */
package io.volute.handoff;
