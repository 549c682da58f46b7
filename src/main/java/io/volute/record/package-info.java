/**
 * What is kept under a key: its siblings, their metadata, an expiry, a tombstone.
 *
 * <p>Knows how two states of one key become one. Must not know which members hold it, how it is
 * stored, or how it is written on a wire.
 *
 * <p>Start with the merge: it has to be commutative, associative and idempotent, and all of repair
 * rests on that.
 */
package io.volute.record;
