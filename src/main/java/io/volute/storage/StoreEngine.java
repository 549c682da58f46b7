package io.volute.storage;

import io.volute.port.Store;

/** A store with a life of its own: what the daemon needs of an engine besides the port. */
public interface StoreEngine extends Store, AutoCloseable {
  /**
   * Hands what was put since the last call to the operating system: one write. Called by the
   * kernel's thread at the end of each turn. A failure is reported to the {@link StoreListener}.
   */
  void flush();

  /** Makes everything durable and ends in order. */
  @Override
  void close();
}
