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

  /** With less than that nothing is written that can wait, not even what makes room. */
  static final long LAST_BYTES = RESERVE_BYTES / 4;

  /** A start that reads the log goes on down to this: as much was free when the node ended. */
  private static final long LEAST_BYTES = LAST_BYTES / 4;

  /**
   * What others write may take the reserve between two looks, and so may not be looked for long.
   */
  private static final long PLENTY_BYTES = 16 * RESERVE_BYTES;

  private static final long LOOK_MILLIS = 250;
  private static final long LOOK_CLOSELY_MILLIS = 20;

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
    return usable() < RESERVE_BYTES;
  }

  /** Whether even what makes room has to wait, since a page of a map may find no block. */
  boolean isFull() {
    return usable() < LAST_BYTES;
  }

  /**
   * Looks at once, for a start that fills the index of the log: a page of a map that finds no block
   * would end it without a word.
   *
   * @throws IOException when the maps can't be relied on to find room
   */
  void checkForStart() throws IOException {
    long left = look();
    if (left < LEAST_BYTES) {
      throw new IOException(
          "the disk is full: "
              + left
              + " bytes are left, and "
              + LEAST_BYTES
              + " are needed to read the log");
    }
  }

  private long usable() {
    long now = clock.monotonicMillis();
    if (now >= nextLookMillis) {
      usableBytes = look();
      nextLookMillis = now + (usableBytes < PLENTY_BYTES ? LOOK_CLOSELY_MILLIS : LOOK_MILLIS);
    }
    return usableBytes;
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
