/**
 * Peer messages as bytes, and back: msgpack, in compact arrays with explicit numbers.
 *
 * <p>Start with {@link io.volute.codec.MessageKind} (the message table) and {@link
 * io.volute.codec.MessageDecoder}. {@code docs/internals/wire.md} describes the format; a test
 * holds that page equal to the tables here.
 *
 * <p>This room is the only one that knows msgpack. What it reads comes from the network and is
 * hostile until it is checked: no length is believed before it was compared with what is there, and
 * no value reaches a domain constructor that would refuse it. It must not know of sockets,
 * datagrams, members or time, and decides nothing.
 */
package io.volute.codec;
