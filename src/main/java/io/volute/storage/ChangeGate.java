package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Says whether a store takes changes, and if not, why. For the kernel thread. */
final class ChangeGate {
  private final StoreReporter reporter;
  private final GroupCommit commit;
  private final DiskRoom room;
  private final Supplier<Optional<String>> obstacle;

  /**
   * @param obstacle why no change may be made for another reason, if so
   */
  ChangeGate(
      StoreReporter reporter,
      GroupCommit commit,
      DiskRoom room,
      Supplier<Optional<String>> obstacle) {
    this.reporter = reporter;
    this.commit = commit;
    this.room = room;
    this.obstacle = obstacle;
  }

  /**
   * Returns when a change may be made.
   *
   * @throws StoreException when it must not, with the reason
   */
  void check() throws StoreException {
    if (reporter.hasFailed()) {
      throw new StoreException("the store takes no changes: " + reporter.failure());
    }
    if (commit.hasFailed()) {
      throw new StoreException("the store takes no changes for now: " + commit.failure());
    }
    if (!reporter.pause().isEmpty()) {
      throw new StoreException("the store takes no changes for now: " + reporter.pause());
    }
    Optional<String> other = obstacle.get();
    if (other.isPresent()) {
      throw new StoreException("the store takes no changes for now: " + other.get());
    }
    room.check();
  }

  /** A change could not be written; the store tries to write on. To be thrown by the caller. */
  StoreException paused(IOException cause) {
    reporter.paused("writing the log", cause);
    return new StoreException(
        "the store takes no changes for now: writing the log failed: " + cause.getMessage(), cause);
  }

  /** Whether work that nobody waits for may write. */
  boolean isOpen() {
    return !reporter.hasFailed()
        && !commit.hasFailed()
        && reporter.pause().isEmpty()
        && !room.isFull()
        && obstacle.get().isEmpty();
  }
}
