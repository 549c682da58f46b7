/**
 * Who belongs to the cluster and who answers at present.
 *
 * <p>Start with {@link io.volute.membership.Membership}, then {@link io.volute.membership.Roster}.
 * This room knows nothing of keys.
 */
package io.volute.membership;
