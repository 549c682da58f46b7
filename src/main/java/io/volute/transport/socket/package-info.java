/**
 * How datagrams get into and out of the socket: one by one through Java's channel, or in batches
 * through the system's own calls where a newer Java can make them. Both do the same; which one is
 * used is decided when the socket is opened.
 *
 * <p>Start with {@link io.volute.transport.socket.DatagramIo}. Nothing here knows what is in a
 * datagram.
 */
package io.volute.transport.socket;
