/**
 * Who belongs to the cluster and who answers at present.
 *
 * <p>Start with {@link io.volute.membership.Roster} and {@link io.volute.membership.Liveness}. This
 * room knows nothing of keys.
 */
package io.volute.membership;
