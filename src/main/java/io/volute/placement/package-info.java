/**
 * Which members own a key: fixed partitions, owners by weighted rendezvous over zones, and the
 * clone of everything as a second strategy of one interface.
 *
 * <p>Knows members, weights and zones as values. Must not know whether a member answers, or what is
 * stored: the same roster gives the same owners on every node, without agreement.
 *
 * <p>Start with the interface that both strategies share.
 */
package io.volute.placement;
