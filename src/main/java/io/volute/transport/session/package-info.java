/**
 * Reliable sessions between two nodes over datagrams, as state machines: an event and the time go
 * in, datagrams and messages come out. Nothing here reads a clock or opens a socket, so that a
 * simulator can lose, repeat, delay and damage each datagram.
 *
 * <p>Start with {@link io.volute.transport.session.Sessions}; {@code docs/internals/transport.md}
 * explains the format and the numbers. What protects a datagram is in the {@code seal} package.
 * Messages are bytes here; what they mean is not known.
 */
package io.volute.transport.session;
