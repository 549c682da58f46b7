/**
 * Making all owners of a key the same again when everything else has failed: members compare what
 * they hold and exchange what differs.
 *
 * <p>Start with {@link io.volute.entropy.Sweeps}, then {@link io.volute.entropy.TreeExchange}: the
 * cost follows the number of keys that differ.
 */
package io.volute.entropy;
