package io.volute.client;

import io.volute.client.http.HttpClient;
import io.volute.client.link.Access;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One node: kept connections, and whether it has failed lately. Any thread may use it. */
final class Node implements Closeable {
  private static final long LEAST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int MOST_DOUBLINGS = 6; // 16 seconds

  private final Access access;
  private final Semaphore places;
  private final Deque<HttpClient> idle = new ArrayDeque<>();
  private int failuresInARow;
  private long restsUntilNanos;
  private boolean isClosed;

  Node(Access access, int connections) {
    this.access = access;
    this.places = new Semaphore(connections);
  }

  /** Null when no connection became free in time. */
  HttpClient take(long waitNanos) throws InterruptedException {
    if (!places.tryAcquire(Math.max(0, waitNanos), TimeUnit.NANOSECONDS)) {
      return null;
    }
    synchronized (this) {
      HttpClient kept = idle.pollFirst();
      return kept != null ? kept : new HttpClient(access);
    }
  }

  /** Takes one back that {@link #take} gave; a broken one is closed. */
  void giveBack(HttpClient client, boolean isUsable) throws IOException {
    places.release();
    synchronized (this) {
      if (isUsable && !isClosed) {
        idle.addFirst(client);
        return;
      }
    }
    client.close();
  }

  /** It has answered, whatever it said. */
  synchronized void answered() {
    failuresInARow = 0;
    restsUntilNanos = System.nanoTime();
  }

  /** It could not be reached, was silent, or spoke nonsense: others are asked first for a while. */
  synchronized void failed() {
    int doublings = Math.min(failuresInARow, MOST_DOUBLINGS);
    failuresInARow++;
    restsUntilNanos = System.nanoTime() + (LEAST_REST_NANOS << doublings);
  }

  synchronized boolean isResting() {
    return failuresInARow > 0 && System.nanoTime() - restsUntilNanos < 0;
  }

  @Override
  public void close() throws IOException {
    Deque<HttpClient> closing;
    synchronized (this) {
      isClosed = true;
      closing = new ArrayDeque<>(idle);
      idle.clear();
    }
    for (HttpClient client : closing) {
      client.close();
    }
  }

  @Override
  public String toString() {
    return access.toString();
  }
}
