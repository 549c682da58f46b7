/**
 * The HTTP door: commands over HTTP/1.1 and cleartext HTTP/2, on TCP and unix domain sockets.
 *
 * <p>Start with {@link io.volute.http.HttpServer}, then {@code Routes}. What a request means is
 * said in words of {@code command} and handed to the node through {@link
 * io.volute.command.CommandGate}; nothing here decides about keys. This is the only room that knows
 * Undertow. Everything runs on I/O threads and none of it blocks.
 */
package io.volute.http;
