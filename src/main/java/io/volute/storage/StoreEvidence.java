package io.volute.storage;

/**
 * What opening a store showed of its past.
 *
 * @param existed whether there was anything: a log, or the marker of a clean stop
 * @param cleanStop whether it ended in order, and is unchanged since
 * @param damaged whether more is wrong with it than a write that a crash cut short
 * @param tailCut whether its end was taken for such a write, and cut off, where it may as well have
 *     been a whole record that rotted, and a version of which others have heard
 */
public record StoreEvidence(boolean existed, boolean cleanStop, boolean damaged, boolean tailCut) {}
