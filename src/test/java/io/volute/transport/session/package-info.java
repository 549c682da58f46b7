/**
 * Sessions over a simulated network that loses, repeats, delays, damages and slows single
 * datagrams, in virtual time. {@link io.volute.transport.session.SimPath} is the network, {@link
 * io.volute.transport.session.SimPeer} a process at one of its ends.
 */
package io.volute.transport.session;
