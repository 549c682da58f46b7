/**
 * The RESP door: the Redis protocol, versions 2 and 3, on TCP and unix domain sockets.
 *
 * <p>Start with {@link io.volute.resp.RespServer}, then {@code ClientConnection}, which turns bytes
 * into calls and keeps their answers in order. {@code CommandTable} lists what is understood. What
 * a call means is said in words of {@code command} and handed to the node through {@link
 * io.volute.command.CommandGate}; nothing here decides about keys. All of a connection happens on
 * its I/O thread and none of it blocks.
 */
package io.volute.resp;
