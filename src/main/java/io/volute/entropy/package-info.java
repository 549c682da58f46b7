/**
 * Finding and mending the differences between members that should hold the same: hash trees,
 * exchanges, watermarks.
 *
 * <p>Knows owners through {@code placement} and hashes of states. Must not read a value before its
 * hash differs: cost follows the number of differing keys.
 *
 * <p>Start with the tree, then the exchange that walks two of them.
 */
package io.volute.entropy;
