/**
 * Making all owners of a key the same again when everything else has failed: members compare hash
 * trees of what they hold and exchange what differs, at a cost that follows the difference.
 *
 * <p>Start with {@link io.volute.entropy.Sweeps}, which says when, then {@code TreeExchange} for
 * one comparison and {@link io.volute.entropy.TreeAnswers} for its other end. The sums themselves
 * are the store's, see {@link io.volute.port.KeyTree}. See {@code docs/internals/entropy.md}.
 */
package io.volute.entropy;
