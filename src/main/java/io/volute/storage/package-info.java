/**
 * Where states of keys survive: a segment log, its index, blobs for large values, and an engine
 * that only remembers.
 *
 * <p>Knows bytes, files and stable storage. Must not know causality or members: the truth is the
 * log, and the index can be thrown away at any time.
 *
 * <p>Start with the contract test that every engine passes. This is the only room with Chronicle
 * Map.
 */
package io.volute.storage;
