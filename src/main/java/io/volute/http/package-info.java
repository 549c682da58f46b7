/**
 * The HTTP door, over TCP and unix sockets.
 *
 * <p>Knows requests, answers and the browser's rules of origin. Must not know how a command is
 * carried out, and must not block an I/O thread.
 *
 * <p>Start with the table of paths. This is the only room with Undertow.
 */
package io.volute.http;
