/**
 * Messages between members as plain UDP datagrams: what {@code --udp} asks for, and what reliable
 * delivery will stand on.
 *
 * <p>Start with {@link io.volute.transport.DatagramTransport}; {@link io.volute.transport.Datagram}
 * is the layout, which {@code docs/internals/wire.md} explains. Uses the {@code codec} room.
 *
 * <p>This room takes whatever the network brings. A datagram that is not a member's, whole and for
 * this node, is dropped and counted: never an exception, never a line in a log. The room must not
 * know what messages mean, who should be a member, or how a member's state changes; it is told by a
 * predicate whom to accept.
 */
package io.volute.transport;
