package io.volute.storage;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that makes written changes durable and reports them: one sync for all that was written
 * while the one before was under way.
 *
 * <p>A sync that failed is never repeated on the same file: the operating system may have dropped
 * the unwritten pages and report success the second time. {@link SyncRecovery} replaces the files
 * first.
 */
final class SyncAgent implements Runnable {
  private static final String ROLE_NAME = "volute-sync";

  private final GroupCommit commit;
  private final FsyncPolicy policy;
  private final StoreReporter reporter;
  private final Thread thread = new Thread(this, ROLE_NAME);
  private volatile boolean stopping;

  SyncAgent(GroupCommit commit, FsyncPolicy policy, StoreReporter reporter) {
    this.commit = commit;
    this.policy = policy;
    this.reporter = reporter;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** From the kernel thread: something was written. */
  void wake() {
    if (policy.when() == FsyncPolicy.When.ALWAYS || commit.hasRolled() || commit.isSyncWanted()) {
      LockSupport.unpark(thread);
    }
  }

  /** The same when there is nothing new: a checkpoint may wait, and no change come any more. */
  void wakeIfWanted() {
    if (commit.isSyncWanted()) {
      LockSupport.unpark(thread);
    }
  }

  /** Syncs what is left and ends the thread. It is not interrupted: that would close its files. */
  void stop() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    doWork();
  }

  @Override
  public void run() {
    while (!stopping) {
      doWork();
      idle();
    }
  }

  private void idle() {
    if (policy.when() == FsyncPolicy.When.WITHIN) {
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(policy.intervalMillis()));
    } else if (!stopping && !hasWork()) {
      LockSupport.park(this);
    }
  }

  private boolean hasWork() {
    boolean unsynced =
        policy.when() == FsyncPolicy.When.NEVER ? commit.isSyncWanted() : commit.hasUnsynced();
    boolean possible = !commit.hasFailed() && !reporter.hasFailed();
    return (unsynced || commit.hasRolled()) && possible;
  }

  /** One round, if there is something to do. Also called by who drives a store by hand. */
  void doWork() {
    if (!hasWork()) {
      return;
    }
    try {
      if (policy.when() == FsyncPolicy.When.NEVER && !commit.isSyncWanted()) {
        commit.sealRolled();
      } else {
        long durable = commit.syncRound();
        reporter.stored(durable);
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      commit.failed("syncing the log failed: " + reason);
      reporter.paused("syncing the log", e);
    } catch (RuntimeException | Error e) {
      // Whatever it was: a sync thread that is gone in silence would leave every writer waiting.
      reporter.failed("syncing the log", e);
    }
  }
}
