/**
 * All that peers say to one another, a record each.
 *
 * <p>Knows content and wire version. Must not know bytes, datagrams or who handles what.
 *
 * <p>Start with the sealed interface that lists every message; the compiler then finds each place
 * that must handle a new one.
 */
package io.volute.message;
