package io.volute.listen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.XnioWorker;

/** The I/O threads that serve a door's TCP clients, each connection on one of them. */
public final class IoThreads implements AutoCloseable {
  private final List<IoThread> threads;
  private final AtomicInteger given = new AtomicInteger();

  private IoThreads(List<IoThread> threads) {
    this.threads = List.copyOf(threads);
  }

  /**
   * Starts them.
   *
   * @param worker whose threads take what handlers dispatch
   * @param count 1 and up; numbers from 0 tell them from the worker's others
   */
  public static IoThreads start(XnioWorker worker, int count) throws IOException {
    assert count >= 1 : count;
    List<IoThread> threads = new ArrayList<>();
    try {
      for (int number = 0; number < count; number++) {
        threads.add(new IoThread(worker, number, worker.getName() + " I/O-" + (number + 1)));
      }
    } catch (IOException e) {
      threads.forEach(IoThread::discard);
      throw e;
    }
    threads.forEach(Thread::start);
    return new IoThreads(threads);
  }

  /** Each in its turn. */
  IoThread next() {
    return threads.get(Math.floorMod(given.getAndIncrement(), threads.size()));
  }

  /** Ends them, and the connections that they serve. */
  @Override
  public void close() {
    IoThread.endAll(threads);
  }
}
