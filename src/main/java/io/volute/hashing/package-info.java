/**
 * From a name to a number: the hash of a key, the partition that the hash falls into, a member's
 * rendezvous score.
 *
 * <p>Knows bytes and numbers. Must not know members or settings: what it computes is equal on every
 * machine and in every release, for data on disk depends on it.
 *
 * <p>Start with the key hash and its published test vectors.
 */
package io.volute.hashing;
