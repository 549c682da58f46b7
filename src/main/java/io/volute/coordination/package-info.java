/**
 * Carrying out what clients ask, with the owners of a key: changes with their quorums and
 * conditions, reads with their repair, and what an owner answers to others.
 *
 * <p>Start with {@link io.volute.coordination.Coordinator} for changes and {@link
 * io.volute.coordination.Reader} for reads. This room decides with whom to speak and when enough
 * have answered; it does not know how a message travels or how a store keeps a version.
 */
package io.volute.coordination;
