/**
 * One client's request, from start to outcome: reads, writes, deletes, conditions, quorum tallies,
 * read repair.
 *
 * <p>Knows owners through {@code placement} and the states of keys. Must not know sockets, threads
 * or files: it says what to send, store and answer, and others do it.
 *
 * <p>Start with the tally, which alone decides when a request has succeeded, failed, or can't tell.
 */
package io.volute.coordination;
