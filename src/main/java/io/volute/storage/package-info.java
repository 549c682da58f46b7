/**
 * What a member keeps: an append-only segment log that is the truth, an index and a name order that
 * are derived from it, and an engine that keeps everything in memory.
 *
 * <p>Knows the store's port, names, versions and contexts, and files. Must not know clusters, who
 * asks, or why. Chronicle Map appears here and nowhere else, and here only in {@link
 * io.volute.storage.ChronicleIndex} and its marshaller.
 *
 * <p>Start with {@link io.volute.storage.DurableStore}, then {@link io.volute.storage.SegmentLog}
 * for the write path, {@link io.volute.storage.SegmentScanner} and {@link
 * io.volute.storage.LogRecovery} for the way back. The file formats are described in {@code
 * docs/internals/storage.md}.
 */
package io.volute.storage;
