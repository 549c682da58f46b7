package io.volute.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Writes and merges name runs on the background thread. Called by the kernel thread, which learns
 * of results from the futures.
 */
final class NameTidier {
  /** A merge looks up from its work that often. */
  private static final int NAMES_BETWEEN_LOOKS = 4 << 10;

  /** Stands, by its identity, for the content of a name that was removed. */
  @SuppressWarnings("MutablePublicArray") // Of this room, and of no bytes.
  static final byte[] REMOVED = {};

  private final Disk disk;
  private final String directory;
  private final Executor background;
  private final Queue<Frozen> toWrite = new ConcurrentLinkedQueue<>();
  private long lastNumber;

  /** Set when the store is closing: a merge is given up then. */
  private volatile boolean hurried;

  /**
   * Changes that will become a file.
   *
   * @param names with what is kept of each, or {@link #REMOVED}; not changed any more
   * @param run the file, once it is written
   */
  record Frozen(
      String fileName, NavigableMap<byte[], byte[]> names, CompletableFuture<NameRun> run) {}

  /**
   * Runs that become one.
   *
   * @param sources newest first
   * @param result takes their place
   */
  record Merging(List<NameRun> sources, CompletableFuture<NameRun> result) {}

  NameTidier(Disk disk, String directory, Executor background, long lastNumber) {
    this.disk = disk;
    this.directory = directory;
    this.background = background;
    this.lastNumber = lastNumber;
  }

  Frozen freeze(NavigableMap<byte[], byte[]> names) {
    Frozen batch =
        new Frozen(NameRun.fileName(directory, ++lastNumber), names, new CompletableFuture<>());
    return submit(batch);
  }

  private Frozen submit(Frozen batch) {
    toWrite.add(batch);
    background.execute(this::writeWaiting);
    return batch;
  }

  private void writeWaiting() {
    for (Frozen batch = toWrite.poll(); batch != null; batch = toWrite.poll()) {
      try {
        batch.run().complete(written(batch));
      } catch (IOException | RuntimeException | Error e) {
        batch.run().completeExceptionally(e);
      }
    }
  }

  private NameRun written(Frozen batch) throws IOException {
    // Left over from an attempt that failed.
    disk.delete(batch.fileName());
    NameRunWriter writer = new NameRunWriter(disk, batch.fileName(), batch.names().size());
    try {
      for (var entry : batch.names().entrySet()) {
        boolean live = entry.getValue() != REMOVED;
        writer.add(entry.getKey(), live, entry.getValue());
      }
      return writer.finish();
    } catch (IOException e) {
      writer.abandon();
      throw e;
    }
  }

  /** Tries once more to write what could not be written. */
  Frozen again(Frozen failed) {
    return submit(new Frozen(failed.fileName(), failed.names(), new CompletableFuture<>()));
  }

  /**
   * Begins to merge.
   *
   * @param withOldest whether no run is older than these: then removals have done their work
   */
  Merging merge(List<NameRun> sources, boolean withOldest) {
    Merging merging = new Merging(sources, new CompletableFuture<>());
    String fileName = NameRun.fileName(directory, ++lastNumber);
    background.execute(
        () -> {
          try {
            merging.result().complete(merged(sources, withOldest, fileName));
          } catch (IOException | RuntimeException | Error e) {
            merging.result().completeExceptionally(e);
          }
        });
    return merging;
  }

  private NameRun merged(List<NameRun> sources, boolean withOldest, String fileName)
      throws IOException {
    List<NameCursor> cursors = new ArrayList<>();
    for (NameRun source : sources) {
      cursors.add(source.all());
    }
    long maxNames = sources.stream().mapToLong(NameRun::entryCount).sum();
    NameRunWriter writer = new NameRunWriter(disk, fileName, maxNames);
    try {
      mergeInto(writer, new NameMerge(cursors), withOldest);
      return writer.finish();
    } catch (IOException e) {
      writer.abandon();
      throw e;
    }
  }

  private void mergeInto(NameRunWriter writer, NameMerge merge, boolean withOldest)
      throws IOException {
    for (int count = 1; merge.next(); count++) {
      if (merge.isLive() || !withOldest) {
        writer.add(merge.name(), merge.isLive(), merge.content());
      }
      if (count % NAMES_BETWEEN_LOOKS == 0) {
        // A long merge must not let changes pile up in memory.
        writeWaiting();
        if (hurried) {
          throw new IOException("the store is closing");
        }
      }
    }
  }

  void discard(NameRun run) {
    background.execute(() -> delete(run));
  }

  private void delete(NameRun run) {
    release(run);
    try {
      disk.delete(run.fileName());
    } catch (IOException e) {
      // A file that is left over is deleted when the store is opened.
      return;
    }
  }

  /** Forgets a batch, and the file that it becomes. */
  void giveUp(Frozen batch) {
    // Behind its writing in the queue, so that that is over by then, one way or the other.
    background.execute(
        () -> {
          if (!batch.run().isCompletedExceptionally()) {
            delete(batch.run().join());
          }
        });
  }

  /** Forgets a merge that came too late. Its file is not listed, so the next start deletes it. */
  void giveUp(Merging merging) {
    // Behind the merge in the queue, so that it is over by then, one way or the other.
    background.execute(
        () -> {
          if (!merging.result().isCompletedExceptionally()) {
            release(merging.result().join());
          }
        });
  }

  private void release(NameRun run) {
    try {
      run.close();
    } catch (IOException e) {
      // It was only read from.
      return;
    }
  }

  /** From now on only what is needed to close is done. */
  void hurry() {
    hurried = true;
  }

  void syncDirectory() throws IOException {
    disk.syncDirectory(directory);
  }
}
