package io.volute.storage;

/**
 * Keeps the listener's rules between two threads: in order, one at a time, nothing after a failure.
 */
final class StoreReporter {
  private final StoreListener listener;
  private volatile String failure = "";
  private volatile String pause = "";
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

  /** A write failed; nothing is lost, and it is tried again. Told once for each such time. */
  synchronized void paused(String doing, Exception cause) {
    if (!hasFailed() && pause.isEmpty()) {
      pause = doing + " failed: " + why(cause);
      listener.onStorePaused(pause);
    }
  }

  /** It could be written after all. */
  void resumed() {
    pause = "";
  }

  /** Why nothing can be written for now, one line; empty when it can. */
  String pause() {
    return pause;
  }

  private static String why(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** Tells of the first failure; later ones follow from it and are left out. */
  synchronized void failed(String doing, Throwable cause) {
    if (hasFailed()) {
      return;
    }
    failure = doing + " failed: " + why(cause);
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
