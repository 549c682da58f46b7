package io.volute.storage;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Batches of changes of a {@link NameOrder} that are no longer changed and on their way to be
 * files. One that could not be written stays in memory and is tried again with the next one. For
 * the kernel thread.
 */
final class FrozenNames implements Iterable<NameTidier.Frozen> {
  /** So many may wait for the background thread before the kernel thread waits for it. */
  private static final int MAX_WAITING = 4;

  private final NameTidier tidier;

  /** Newest first. */
  private final Deque<NameTidier.Frozen> batches = new ArrayDeque<>();

  private boolean failing;
  private boolean overfull;

  FrozenNames(NameTidier tidier) {
    this.tidier = tidier;
  }

  void add(NavigableMap<byte[], byte[]> names) {
    failing = false;
    if (!batches.isEmpty() && hasFailed(batches.getLast())) {
      retry();
    }
    batches.addFirst(tidier.freeze(names));
  }

  /** Begins once more with all that could not be written. */
  void retry() {
    failing = false;
    List<NameTidier.Frozen> all = new ArrayList<>(batches);
    batches.clear();
    all.forEach(batch -> batches.addLast(hasFailed(batch) ? tidier.again(batch) : batch));
  }

  private static boolean hasFailed(NameTidier.Frozen batch) {
    return batch.run().isCompletedExceptionally();
  }

  /** The file of the oldest, once it is written; the batch is gone from here then. */
  Optional<NameRun> takeWritten() throws IOException {
    if (failing || batches.isEmpty() || !batches.getLast().run().isDone()) {
      return Optional.empty();
    }
    if (hasFailed(batches.getLast())) {
      // It stays in memory, where it is found as well.
      failing = true;
      return Optional.empty();
    }
    Optional<NameRun> written = Optional.of(joined(batches.removeLast()));
    overfull &= batches.size() > MAX_WAITING;
    return written;
  }

  /** Waits for the oldest to be written; the batch is gone from here then. */
  NameRun awaitWritten() throws IOException {
    return joined(batches.removeLast());
  }

  private static NameRun joined(NameTidier.Frozen batch) throws IOException {
    try {
      return batch.run().join();
    } catch (CompletionException e) {
      throw new IOException("writing a name run failed: " + e.getCause().getMessage(), e);
    }
  }

  /**
   * Waits for the oldest to end, one way or the other, if too many are waiting.
   *
   * @return whether there was something to wait for
   */
  boolean awaitIfTooMany() {
    boolean tooMany = batches.size() > MAX_WAITING;
    if (tooMany && !failing) {
      batches.getLast().run().handle((run, failure) -> run).join();
      return true;
    }
    overfull = tooMany;
    return false;
  }

  /** Whether no more can be added, since what waits could not be written. */
  boolean isOverfull() {
    return overfull;
  }

  /** Whether a file could not be written, and is not being tried again. */
  boolean isFailing() {
    return failing;
  }

  /** A merge could not be written; it is tried again with the next batch as well. */
  void mergeHasFailed() {
    failing = true;
  }

  /** Why a file could not be written, one line. */
  String failure() {
    return batches.stream()
        .filter(FrozenNames::hasFailed)
        .findFirst()
        .map(batch -> batch.run().handle((run, cause) -> String.valueOf(cause.getMessage())).join())
        .orElse("being tried again");
  }

  /** Nobody needs them, nor the files that they become. */
  void abandon() {
    batches.forEach(tidier::giveUp);
    batches.clear();
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  /** The last one that was added. */
  NameTidier.Frozen newest() {
    return batches.getFirst();
  }

  @Override
  public Iterator<NameTidier.Frozen> iterator() {
    return batches.iterator();
  }
}
