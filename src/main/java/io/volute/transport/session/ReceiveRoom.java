package io.volute.transport.session;

import java.util.ArrayDeque;

/**
 * The memory for large messages that are coming in, shared by all sessions: handed out in portions
 * that let a sender finish what it begins, in the order in which they were asked for.
 */
final class ReceiveRoom {
  private final ArrayDeque<Incoming> waiting = new ArrayDeque<>();
  private final long totalBytes;
  private long freeBytes;

  ReceiveRoom(long totalBytes) {
    this.totalBytes = totalBytes;
    this.freeBytes = totalBytes;
  }

  long freeBytes() {
    return freeBytes;
  }

  long totalBytes() {
    return totalBytes;
  }

  /**
   * Takes room.
   *
   * @return as much as is wanted, or as is needed, or 0 where there is not even that much
   */
  long take(Incoming by, long needed, long wanted) {
    boolean othersFirst = !waiting.isEmpty() && waiting.peek() != by;
    if (othersFirst || needed > freeBytes) {
      if (!waiting.contains(by)) {
        waiting.add(by);
      }
      return 0;
    }
    waiting.remove(by);
    long taken = wanted <= freeBytes ? wanted : needed;
    freeBytes -= taken;
    return taken;
  }

  void giveBack(long bytes) {
    freeBytes += bytes;
  }

  void forget(Incoming session) {
    waiting.remove(session);
  }

  /** Lets those who wait try again. */
  void serveWaiting() {
    boolean served = true;
    while (served && !waiting.isEmpty()) {
      // One that was served leaves the queue.
      served = waiting.peek().retryGrant();
    }
  }
}
