/**
 * Messages between members over UDP: reliable sessions, or plain datagrams with {@code --udp}.
 *
 * <p>Start with {@link io.volute.transport.PeerTransport}, which both modes are driven by. {@link
 * io.volute.transport.ReliableTransport} is the usual one; what it decides is in {@code session},
 * and what protects its datagrams in {@code seal}. {@link io.volute.transport.DatagramTransport} is
 * the plain one, with its layout in {@link io.volute.transport.Datagram}. {@code
 * docs/internals/transport.md} and {@code docs/internals/wire.md} explain them. Uses the {@code
 * codec} room.
 *
 * <p>This room takes whatever the network brings. A datagram that is not a member's, whole and for
 * this node, is dropped and counted: never an exception, and no line in a log but one in a life of
 * the process, when a member runs in the other mode. The room must not know what messages mean, who
 * should be a member, or how a member's state changes; it is told by a predicate whom to accept.
 */
package io.volute.transport;
