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

  /**
   * Tells, on the kernel's thread, what has come of calls to the blobs; also tidies up.
   *
   * @return how many calls were told of
   */
  int runCompletions();

  /** Whether {@link #runCompletions} has something to tell. May be asked by any thread. */
  boolean hasCompletions();

  /** Stores what was changed and ends all threads and files of the store. Never throws. */
  @Override
  void close();
}
