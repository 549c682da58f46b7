/**
 * Connections to a node: where it is, how it is reached, and what a client shows of itself.
 *
 * <p>Start with {@link io.volute.client.link.Connection}. It carries bytes, over TCP, TLS and unix
 * domain sockets, and knows nothing of what they say. Each wait has a bound.
 */
package io.volute.client.link;
