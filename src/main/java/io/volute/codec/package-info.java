/**
 * From a message to bytes and back, in msgpack.
 *
 * <p>Knows the wire form of every message. Must not trust what it reads: lengths are checked before
 * anything is allocated, and bad bytes are a typed outcome.
 *
 * <p>Start with the frame, which carries the version. This is the only room with msgpack-java.
 */
package io.volute.codec;
