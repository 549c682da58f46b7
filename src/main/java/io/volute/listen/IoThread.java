package io.volute.listen;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * An I/O thread with a selector of its own, for channels that XNIO's threads can't hold.
 *
 * <p>XNIO's own threads register only the sockets that its provider has made; being one of its
 * threads by type is enough for everything built on top (timers, tasks, dispatching).
 */
final class IoThread extends XnioIoThread {
  private static final System.Logger LOG = System.getLogger(IoThread.class.getName());
  private static final long STOP_MILLIS = 2000;
  private static final int TASKS_PER_ROUND = 256;
  private static final long IDLE_SELECT_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** What a selected channel's owner does; runs on this thread. */
  interface ReadyHandler {
    void ready(int operations);

    /** The thread ends: let go of the channel. */
    void abandon();
  }

  private final Selector selector;
  // Bounded by what it serves: each connection has at most a few tasks waiting.
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final IoTimers timers = new IoTimers();
  private volatile boolean stopping;

  IoThread(XnioWorker worker, int number, String name) throws IOException {
    super(worker, number, name);
    selector = Selector.open();
    setDaemon(true);
  }

  SelectionKey register(SelectableChannel channel, int operations, ReadyHandler handler)
      throws IOException {
    SelectionKey key = channel.register(selector, operations, handler);
    wakeUp();
    return key;
  }

  /** Ends the thread after the task under way; every channel it holds is closed. */
  void stopSoon() {
    stopping = true;
    selector.wakeup();
  }

  /** Ends these threads and waits for that, for a bounded time. */
  static void endAll(List<IoThread> threads) {
    threads.forEach(IoThread::stopSoon);
    try {
      for (IoThread thread : threads) {
        thread.join(STOP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets go of the selector of a thread that was never started. */
  void discard() {
    IoUtils.safeClose(selector);
  }

  /** Makes changed interest take effect at once. */
  void wakeUp() {
    if (Thread.currentThread() != this) {
      selector.wakeup();
    }
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        runTasks();
        selectOnce();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "an I/O thread ends: its selector failed", e);
    } finally {
      stopping = true;
      abandonChannels();
      IoUtils.safeClose(selector);
    }
  }

  @Override
  public void execute(Runnable command) {
    refuseOnceStopping();
    tasks.add(command);
    wakeUp();
  }

  @Override
  public Key executeAfter(Runnable command, long time, TimeUnit unit) {
    refuseOnceStopping();
    Key key = timers.add(command, System.nanoTime() + unit.toNanos(time), 0);
    wakeUp();
    return key;
  }

  @Override
  public Key executeAtInterval(Runnable command, long time, TimeUnit unit) {
    refuseOnceStopping();
    long interval = unit.toNanos(time);
    Key key = timers.add(command, System.nanoTime() + interval, interval);
    wakeUp();
    return key;
  }

  /** What the thread itself still wants for later is dropped without a complaint. */
  private void refuseOnceStopping() {
    if (stopping && Thread.currentThread() != this) {
      throw new RejectedExecutionException("the I/O thread has ended");
    }
  }

  private void runTasks() {
    // Tasks may add tasks; channels must get their turn all the same.
    Runnable task;
    for (int run = 0; run < TASKS_PER_ROUND && (task = tasks.poll()) != null; run++) {
      runSafely(task);
    }
    Runnable due;
    while ((due = timers.pollDue(System.nanoTime())) != null) {
      runSafely(due);
    }
  }

  private void selectOnce() throws IOException {
    if (!tasks.isEmpty()) {
      selector.selectNow();
    } else {
      long nanos = timers.nanosToNext(System.nanoTime(), IDLE_SELECT_NANOS);
      if (nanos <= 0) {
        selector.selectNow();
      } else {
        selector.select(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
      }
    }
    Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      serve(key);
    }
  }

  private void serve(SelectionKey key) {
    try {
      ((ReadyHandler) key.attachment()).ready(key.readyOps() & key.interestOps());
    } catch (CancelledKeyException e) {
      // Closed by an earlier handler of the same round.
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a channel's handler failed; the channel is closed", e);
      ((ReadyHandler) key.attachment()).abandon();
    }
  }

  private void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a task on an I/O thread failed", e);
    }
  }

  private void abandonChannels() {
    for (SelectionKey key : selector.keys().toArray(new SelectionKey[0])) {
      try {
        ((ReadyHandler) key.attachment()).abandon();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "closing a channel failed", e);
      }
    }
  }
}
