package io.volute.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives an agent its thread: turn after turn, sleeping when a turn found nothing to do, until it is
 * closed or fails.
 *
 * <p>A failure (anything thrown) ends the agent: there is no next turn on a state that nobody can
 * vouch for. It is reported once, then the agent is closed. Whoever listens decides what becomes of
 * the process.
 *
 * <p>The thread is never interrupted, and nobody else may do so either: an interrupt would close
 * the socket channels that the thread uses.
 */
public final class AgentRunner {
  /** Told once when an agent fails, on the agent's thread. Must not throw. */
  @FunctionalInterface
  public interface FailureListener {
    void onFailure(String roleName, Throwable failure);
  }

  private final Agent agent;
  private final Doorbell doorbell;
  private final FailureListener listener;
  private final Thread thread;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean closing;
  private volatile boolean failed;

  /**
   * @param doorbell what the producers of the agent's mailboxes ring
   */
  public AgentRunner(Agent agent, Doorbell doorbell, FailureListener listener) {
    this.agent = agent;
    this.doorbell = doorbell;
    this.listener = listener;
    this.thread = new Thread(this::run, agent.roleName());
  }

  /** May be called once. */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException(agent.roleName() + " has been started before");
    }
    thread.start();
  }

  /**
   * Asks the agent to end after its turn and waits for it. Any thread may call it, any number of
   * times; the agent's own doesn't wait.
   *
   * @param maxMillis how long to wait, 1 and up
   * @return whether the agent has ended
   */
  public boolean close(long maxMillis) {
    closing = true;
    doorbell.ring();
    if (Thread.currentThread() == thread) {
      return false;
    }
    try {
      TimeUnit.MILLISECONDS.timedJoin(thread, maxMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  public boolean hasFailed() {
    return failed;
  }

  private void run() {
    Throwable failure = failureOf(this::work);
    if (failure != null) {
      fail(failure);
    }
    Throwable failureAtEnd = failureOf(agent::onClose);
    if (failureAtEnd == null) {
      return;
    }
    if (failure == null) {
      fail(failureAtEnd);
    } else if (failureAtEnd != failure) {
      failure.addSuppressed(failureAtEnd);
    }
  }

  private void work() throws Exception {
    agent.onStart();
    while (!closing) {
      if (agent.doWork() == 0) {
        doorbell.rest(agent.restMillis(), this::mustGoOn);
      }
    }
  }

  private boolean mustGoOn() {
    return closing || agent.hasWork();
  }

  private void fail(Throwable failure) {
    failed = true;
    listener.onFailure(agent.roleName(), failure);
  }

  /** A part of an agent's life. */
  private interface Step {
    void run() throws Exception;
  }

  private static Throwable failureOf(Step step) {
    try {
      step.run();
      return null;
    } catch (Throwable failure) {
      return failure;
    }
  }
}
