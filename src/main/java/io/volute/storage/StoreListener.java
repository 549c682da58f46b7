package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.record.Name;

/**
 * What a store tells its kernel. Called by the thread that made it so: the store's sync thread
 * under {@code --fsync always}, else the kernel's own thread inside {@code flush}. Implementations
 * hand it over and return at once; calls don't overlap.
 */
public interface StoreListener {
  /** Every change up to this sequence number is as durable as the policy asks. Never goes back. */
  void onStored(long sequence);

  /**
   * Something asked of the blobs is done: {@link StoreEngine#runCompletions} tells of it. Called by
   * any thread.
   */
  void onCompletion();

  /**
   * A live version can't be read back: its record or blob is damaged or missing. It stays what the
   * key has, and reading it fails, until the same version is put again. Called by the kernel's own
   * thread, within a call of the store; told again after a while if it is found again.
   */
  void onDamaged(Name name, Dot dot);

  /**
   * So much of the log is read, while the store is being opened. Called by the thread that opens
   * it, once a second when that takes longer.
   *
   * @param percent 0 to 100
   */
  default void onReading(long percent) {}

  /**
   * The store can't write for now, and tries again. What was not reported as stored before may or
   * may not survive a crash; once it can be written, it is reported as stored after all. Until then
   * changes are refused.
   *
   * @param reason one line
   */
  void onStorePaused(String reason);

  /**
   * The store can't write any more: what it wrote can't be read back, or its index not be kept.
   * Called once; no {@link #onStored} follows. What was not reported as stored before may or may
   * not survive. Reads go on; only a restart makes it write again.
   *
   * @param reason one line
   */
  void onStoreFailed(String reason);
}
