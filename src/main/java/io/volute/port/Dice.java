package io.volute.port;

/** Chance, as the core is handed it: seeded in the simulator, secure in the daemon. */
public interface Dice {
  long nextLong();

  /** A number from 0 to {@code bound} − 1. */
  default int nextBelow(int bound) {
    assert bound > 0 : bound;
    return (int) Long.remainderUnsigned(nextLong(), bound);
  }
}
