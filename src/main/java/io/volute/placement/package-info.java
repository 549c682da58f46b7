/**
 * Which members own a key, as a pure function of who belongs to the cluster.
 *
 * <p>Start with {@link io.volute.placement.Placement}, then {@link io.volute.placement.Placements}.
 * This room does not know who can be reached.
 */
package io.volute.placement;
