package io.volute.daemon;

import io.volute.causal.Dot;
import io.volute.record.Name;
import io.volute.storage.StoreListener;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Passes the store's reports on. The store is opened before the agent that listens to it; it has
 * nothing to report before the agent puts something into it.
 */
final class StoreReports implements StoreListener {
  private final LongConsumer onReading;
  private volatile StoreListener target;
  private volatile Home home;
  private volatile Consumer<Throwable> onHopeless;
  private volatile boolean isPaused;

  /**
   * @param onReading is told how much of the log is read, while the store is being opened
   */
  StoreReports(LongConsumer onReading) {
    this.onReading = onReading;
  }

  @Override
  public void onReading(long percent) {
    onReading.accept(percent);
  }

  /**
   * @param onHopeless is told when a failed store can't even be marked as such: the node must stop
   */
  void attach(StoreListener listener, Home home, Consumer<Throwable> onHopeless) {
    this.home = home;
    this.onHopeless = onHopeless;
    this.target = listener;
  }

  @Override
  public void onStored(long sequence) {
    isPaused = false;
    target.onStored(sequence);
  }

  @Override
  public void onCompletion() {
    target.onCompletion();
  }

  @Override
  public void onDamaged(Name name, Dot dot) {
    target.onDamaged(name, dot);
  }

  /** Should the process end before the store can write again, its next start is a new life. */
  @Override
  public void onStorePaused(String reason) {
    isPaused = true;
    target.onStorePaused(reason);
    disown();
  }

  /** What could not be written may have been told to peers: the next start is a new life. */
  @Override
  public void onStoreFailed(String reason) {
    isPaused = true;
    target.onStoreFailed(reason);
    disown();
  }

  /** Whether the last that was heard of the store is that it can't write. */
  boolean isPaused() {
    return isPaused;
  }

  private void disown() {
    try {
      home.disown();
    } catch (IOException e) {
      onHopeless.accept(e);
    }
  }
}
