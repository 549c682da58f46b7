package io.volute.storage;

import io.volute.port.Store;

/**
 * A store as its owner runs it. All methods are called by the kernel thread, {@link #close} last.
 */
public interface StoreEngine extends Store, AutoCloseable {
  /**
   * Hands the changes of a duty cycle over to be stored: at its end, before messages leave. Cheap
   * when there were none. What it leads to is told to the {@link StoreListener}.
   */
  void flush();

  /** Stores what was changed and ends all threads and files of the store. Never throws. */
  @Override
  void close();
}
