/**
 * Large values on their way: from clients, to clients, and between members, chunk by chunk. Who
 * needs a blob asks for its chunks, so that a slow receiver slows its sender down, and a transfer
 * goes on where it was after a lost session, from the same member or another.
 *
 * <p>Start with {@link io.volute.transfer.Pulls}.
 */
package io.volute.transfer;
