/**
 * Bytes between peers: datagrams, the reliable layer over them, sealing.
 *
 * <p>Knows addresses, loss, order, pacing and keys for sealing. Must not know what a message means.
 * Recovery, congestion control and sealing are state machines that the simulator drives as well.
 *
 * <p>Start with the datagram's layout. The reliable layer follows RFC 9000 and RFC 9002.
 */
package io.volute.transport;
