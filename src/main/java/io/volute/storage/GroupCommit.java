package io.volute.storage;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * What the kernel thread has written and the sync thread has yet to make durable. However many
 * changes were written since the last round, a round syncs the file once for all of them.
 *
 * <p>The kernel thread calls {@link #activated}, {@link #rolled} and {@link #written}; the sync
 * thread calls {@link #syncRound} and {@link #sealRolled}.
 */
final class GroupCommit {
  private final Disk disk;

  /** Told, on the sync thread, of each segment that is complete and durable. */
  private final Consumer<Segment> sealed;

  private final DurableWrites elsewhere;
  private final Queue<Segment> rolled = new ConcurrentLinkedQueue<>();
  private volatile Segment active;
  private volatile long written;

  /** Written by the sync thread only. */
  private volatile long synced;

  /** Why the last sync failed, one line; empty as long as none did, or after recovery. */
  private volatile String failure = "";

  /** Up to where a sync is wanted whatever the policy. */
  private volatile long wanted;

  GroupCommit(Disk disk, Consumer<Segment> sealed) {
    this.disk = disk;
    this.sealed = sealed;
    this.elsewhere = () -> {};
  }

  /**
   * For an engine that writes its own files.
   *
   * @param elsewhere makes all that is written durable
   */
  GroupCommit(Disk disk, DurableWrites elsewhere) {
    this.disk = disk;
    this.sealed = segment -> {};
    this.elsewhere = elsewhere;
  }

  /** Writes that are made durable by somebody else. */
  interface DurableWrites {
    void sync() throws IOException;
  }

  void activated(Segment segment) {
    active = segment;
  }

  /** No more records go into this segment, and all of it is written. */
  void rolled(Segment segment) {
    rolled.add(segment);
  }

  /** Every change up to this sequence number is written to the operating system. */
  void written(long sequence) {
    written = sequence;
  }

  long written() {
    return written;
  }

  /** Everything up to this sequence number was synced by this process. */
  long synced() {
    return synced;
  }

  /**
   * A sync has failed: nothing is synced, and nothing must be written to the log, until {@link
   * #recovered}.
   */
  void failed(String reason) {
    failure = reason;
  }

  boolean hasFailed() {
    return !failure.isEmpty();
  }

  /** Why a sync has failed, one line; empty when none has. */
  String failure() {
    return failure;
  }

  /** From the kernel thread: all that is not synced lies in files that no sync has failed of. */
  void recovered() {
    failure = "";
  }

  /** Segments that are complete and may not be synced yet. */
  List<Segment> rolled() {
    return List.copyOf(rolled);
  }

  /** What is written with the next flush is to be synced soon, whatever the policy. */
  void wantSync() {
    wanted = written + 1;
  }

  /** Whether there is something to sync that somebody waits for. */
  boolean isSyncWanted() {
    return synced < wanted && hasUnsynced();
  }

  boolean hasUnsynced() {
    return written > synced;
  }

  boolean hasRolled() {
    return !rolled.isEmpty();
  }

  /**
   * Syncs all that is written.
   *
   * @return the sequence number up to which everything is durable now
   */
  long syncRound() throws IOException {
    // The order of these reads matters. What is written up to `upTo` lies in `last` or in segments
    // that were rolled before `last` became active, and those are in the queue by now.
    long upTo = written;
    Segment last = active;
    sealRolled();
    if (last != null) {
      last.force(disk);
    }
    elsewhere.sync();
    synced = upTo;
    return upTo;
  }

  /**
   * Syncs the segments that are complete, whatever the policy: none of them is written again. Those
   * that become complete meanwhile are for the next call: a writer that is faster than the disk
   * must not keep a round from its end.
   */
  void sealRolled() throws IOException {
    for (int left = rolled.size(); left > 0; left--) {
      Segment segment = rolled.element();
      segment.force(disk);
      rolled.remove();
      sealed.accept(segment);
    }
  }
}
