package io.volute.storage;

import io.volute.port.Clock;
import io.volute.port.StoreException;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Whether there is room for more. Changes are refused before the disk is full: the index maps lie
 * in sparse files, and an operating system that finds no block for one of their pages ends the
 * process. What the store itself needs to make room may use the reserve. For one thread.
 */
final class DiskRoom {
  static final long RESERVE_BYTES = 64L << 20;

  private static final long LOOK_MILLIS = 250;

  private final Disk disk;
  private final Clock clock;
  private long nextLookMillis = Long.MIN_VALUE;
  private long usableBytes = Long.MAX_VALUE;

  DiskRoom(Disk disk, Clock clock) {
    this.disk = disk;
    this.clock = clock;
  }

  /**
   * Looks again when the last look is a moment ago.
   *
   * @throws StoreException when there is not enough room for another change
   */
  void check() throws StoreException {
    if (isShort()) {
      throw new StoreException(
          "the disk is full: "
              + usableBytes
              + " bytes are left, and "
              + RESERVE_BYTES
              + " are kept in reserve");
    }
  }

  boolean isShort() {
    long now = clock.monotonicMillis();
    if (now >= nextLookMillis) {
      nextLookMillis = now + LOOK_MILLIS;
      usableBytes = look();
    }
    return usableBytes < RESERVE_BYTES;
  }

  private long look() {
    try {
      OptionalLong usable = disk.usableBytes();
      return usable.orElse(Long.MAX_VALUE);
    } catch (IOException e) {
      // Whether a write fails will show soon enough.
      return Long.MAX_VALUE;
    }
  }
}
