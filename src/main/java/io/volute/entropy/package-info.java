/**
 * Making all owners of a key the same again when everything else has failed: members compare what
 * they hold and exchange what differs.
 *
 * <p>Start with {@link io.volute.entropy.Sweeps}. This first form compares the keys page by page,
 * at a cost that follows the number of keys; hash trees will take its place.
 */
package io.volute.entropy;
