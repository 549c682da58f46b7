package io.volute.daemon;

import io.volute.storage.StoreListener;

/**
 * Passes the store's reports on. The store is made before the agent that listens to it; it has
 * nothing to report before the agent puts something into it.
 */
final class StoreReports implements StoreListener {
  private volatile StoreListener target;

  void attach(StoreListener listener) {
    target = listener;
  }

  @Override
  public void onStored(long sequence) {
    target.onStored(sequence);
  }

  @Override
  public void onStoreFailed(String reason) {
    target.onStoreFailed(reason);
  }
}
