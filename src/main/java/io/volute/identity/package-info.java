/**
 * Who is who: node names, incarnations, addresses and zones.
 *
 * <p>Knows the shapes of names and what makes two of them equal. Must not know who is alive, where
 * a key lives, or how an address is reached.
 *
 * <p>Start with the node id and the incarnation: together they are the actor that every version is
 * counted under, so a mistake here loses writes.
 */
package io.volute.identity;
