package io.volute.storage;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Seals complete segments. One that can't be sealed now, on a full disk, is tried again with the
 * next: without its seal a segment is only read more thoroughly after a crash, and not compacted.
 * For the sync thread only.
 */
final class Sealing implements Consumer<Segment> {
  private static final System.Logger LOG = System.getLogger(Sealing.class.getName());

  private final Disk disk;
  private final ArrayDeque<Segment> waiting = new ArrayDeque<>();

  Sealing(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void accept(Segment complete) {
    waiting.addLast(complete);
    try {
      for (Segment next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
        Seal.write(disk, next);
        waiting.removeFirst();
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is not sealed for now: {1}",
          waiting.peekFirst(),
          e.getMessage());
    }
  }
}
