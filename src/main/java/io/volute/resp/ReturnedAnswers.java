package io.volute.resp;

import io.volute.command.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The node's answers on their way to the I/O thread of a connection, with one wake-up for all that
 * come together. It holds one for each command under way at most.
 */
final class ReturnedAnswers {
  private static final System.Logger LOG = System.getLogger(ReturnedAnswers.class.getName());

  /** An answer and who takes it. */
  record Returned(Call call, Answer answer, Consumer<Answer> then) {}

  private final Executor ioThread;
  private final Runnable onArrival;
  private final Queue<Returned> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean called = new AtomicBoolean();

  /**
   * @param onArrival is run on the I/O thread, and takes what is there
   */
  ReturnedAnswers(Executor ioThread, Runnable onArrival) {
    this.ioThread = ioThread;
    this.onArrival = onArrival;
  }

  /** Hands an answer over; any thread. */
  void add(Call call, Answer answer, Consumer<Answer> then) {
    waiting.add(new Returned(call, answer, then));
    if (called.compareAndSet(false, true)) {
      try {
        ioThread.execute(onArrival);
      } catch (RejectedExecutionException e) {
        // The server has stopped without waiting for this one.
        LOG.log(System.Logger.Level.DEBUG, "an answer comes too late: {0}", e.getMessage());
      }
    }
  }

  /** Takes out what has come; on the I/O thread. */
  List<Returned> take() {
    // First, so that what comes from now on calls again.
    called.set(false);
    List<Returned> batch = new ArrayList<>();
    Returned next;
    while ((next = waiting.poll()) != null) {
      batch.add(next);
    }
    return batch;
  }

  /** Forgets what has come. */
  void clear() {
    waiting.clear();
  }
}
