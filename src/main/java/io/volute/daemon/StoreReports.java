package io.volute.daemon;

import io.volute.storage.StoreListener;
import java.io.IOException;

/**
 * Passes the store's reports on. The store is opened before the agent that listens to it; it has
 * nothing to report before the agent puts something into it.
 */
final class StoreReports implements StoreListener {
  private volatile StoreListener target;
  private volatile Home home;

  void attach(StoreListener listener, Home home) {
    this.home = home;
    this.target = listener;
  }

  @Override
  public void onStored(long sequence) {
    target.onStored(sequence);
  }

  /** What could not be written may have been told to peers: the next start is a new life. */
  @Override
  public void onStoreFailed(String reason) {
    try {
      home.disown();
    } catch (IOException e) {
      throw new IllegalStateException("the home can't be marked after a failed store", e);
    }
    target.onStoreFailed(reason);
  }
}
