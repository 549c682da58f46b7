package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.Dot;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Remembers what a store reported, and waits for it. */
final class RecordingListener implements StoreListener {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private long stored;
  private final List<String> failures = new ArrayList<>();
  private final List<String> damaged = new ArrayList<>();
  private final List<String> pauses = new ArrayList<>();

  @Override
  public synchronized void onStored(long sequence) {
    assertTrue(sequence > stored, "went back to " + sequence);
    assertTrue(failures.isEmpty(), "stored after a failure");
    stored = sequence;
    notifyAll();
  }

  @Override
  public synchronized void onCompletion() {
    notifyAll();
  }

  @Override
  public synchronized void onDamaged(Name name, Dot dot) {
    damaged.add(name + " " + dot.counter());
  }

  synchronized List<String> damaged() {
    return List.copyOf(damaged);
  }

  @Override
  public synchronized void onStorePaused(String reason) {
    pauses.add(reason);
    notifyAll();
  }

  @Override
  public synchronized void onStoreFailed(String reason) {
    failures.add(reason);
    notifyAll();
  }

  synchronized long stored() {
    return stored;
  }

  synchronized List<String> pauses() {
    return List.copyOf(pauses);
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  synchronized void awaitStored(long sequence) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (stored < sequence) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      assertTrue(left > 0 && failures.isEmpty(), () -> "stored " + stored + failures);
      wait(left);
    }
  }
}
