package io.volute.storage;

/**
 * Keeps the listener's rules between two threads: in order, one at a time, nothing after a failure.
 */
final class StoreReporter {
  private final StoreListener listener;
  private volatile String failure = "";
  private volatile long reported;

  StoreReporter(StoreListener listener) {
    this.listener = listener;
  }

  synchronized void stored(long sequence) {
    if (!hasFailed() && sequence > reported) {
      reported = sequence;
      listener.onStored(sequence);
    }
  }

  /** Tells of the first failure; later ones follow from it and are left out. */
  synchronized void failed(String doing, Exception cause) {
    if (hasFailed()) {
      return;
    }
    String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    failure = doing + " failed: " + why;
    listener.onStoreFailed(failure);
  }

  boolean hasFailed() {
    return !failure.isEmpty();
  }

  /** Why it failed, one line; empty as long as it didn't. */
  String failure() {
    return failure;
  }
}
