package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.port.Clock;
import io.volute.record.Name;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells the listener of versions that can't be read back, each once in a while: who reads a damaged
 * value again and again must not keep the node busy. For the kernel thread.
 */
final class Damage {
  private static final long AGAIN_MILLIS = 10_000;
  private static final int MAX_REMEMBERED = 4096;

  private final StoreListener listener;
  private final Clock clock;
  private final Set<Dot> told = new HashSet<>();
  private long forgetAtMillis;
  private long count;

  Damage(StoreListener listener, Clock clock) {
    this.listener = listener;
    this.clock = clock;
  }

  void found(Name name, Dot dot) {
    long now = clock.monotonicMillis();
    if (now >= forgetAtMillis || told.size() >= MAX_REMEMBERED) {
      told.clear();
      forgetAtMillis = now + AGAIN_MILLIS;
    }
    if (told.add(dot)) {
      count++;
      listener.onDamaged(name, dot);
    }
  }

  /** How often the listener was told. */
  long count() {
    return count;
  }
}
