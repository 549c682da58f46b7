package io.volute.storage;

import io.volute.port.Blobs;
import io.volute.port.Clock;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Blobs as files, one for each, in a directory of their own. A blob's file is whole and synced
 * before its version is logged, and is deleted after the record that replaces its version is
 * durable; so whatever a crash leaves, no version lacks its blob, and a blob without a version is
 * found at the next start.
 *
 * <p>What takes time is done by a few threads of its own; the methods are for the kernel's thread.
 */
final class BlobFiles implements Blobs {
  private static final System.Logger LOG = System.getLogger(BlobFiles.class.getName());
  private static final int THREADS = 2;
  private static final int MAX_UNFINISHED = 1024;
  private static final int ORPHAN_CHECKS_A_TURN = 8;
  private static final long CLOSE_SECONDS = 8;

  /** Tells which blobs a key's versions have. */
  interface Owners {
    Set<BlobId> blobsOf(Name name);
  }

  private record Doomed(BlobId id, long sequence) {}

  private final Disk disk;
  private final DiskRoom room;
  private final Completions completions;
  private final List<BlobStripe> stripes = new ArrayList<>();
  private final List<ExecutorService> threads = new ArrayList<>();
  private final Set<BlobId> unfinished = new HashSet<>();

  /** Finished, and no version has it. */
  private final Set<BlobId> unclaimed = new HashSet<>();

  /** On their way out, once what replaces them is durable; in the order of that. */
  private final ArrayDeque<Doomed> doomed = new ArrayDeque<>();

  private final Map<BlobId, Long> doomedAt = new HashMap<>();

  /** Found at the start, and not yet compared with the versions. */
  private final ArrayDeque<BlobId> suspects = new ArrayDeque<>();

  /** Found damaged, and not replaced since. */
  private final Set<BlobId> distrusted = new HashSet<>();

  /** Whether none of the files must be deleted that versions have, or had. */
  private boolean held;

  /** Told of a blob that can't be read back, and of the key that it belongs to. */
  private BiConsumer<BlobId, Name> whenDamaged = (id, name) -> {};

  private BlobFiles(Disk disk, FsyncPolicy policy, Clock clock, Completions completions) {
    this.disk = disk;
    this.room = new DiskRoom(disk, clock);
    this.completions = completions;
    for (int i = 0; i < THREADS; i++) {
      stripes.add(new BlobStripe(disk, clock, policy.when() != FsyncPolicy.When.NEVER));
    }
  }

  /**
   * Opens what is there.
   *
   * @param threaded whether to use threads, or to do everything at once, as tests want it
   */
  static BlobFiles open(
      Disk disk, FsyncPolicy policy, Clock clock, Completions completions, boolean threaded)
      throws IOException {
    BlobFiles files = new BlobFiles(disk, policy, clock, completions);
    disk.createDirectory(BlobFormat.DIRECTORY);
    for (String name : disk.list(BlobFormat.DIRECTORY)) {
      if (name.endsWith(BlobFormat.UNFINISHED_SUFFIX)) {
        disk.delete(BlobFormat.DIRECTORY + "/" + name);
      } else {
        BlobFormat.idOf(name).ifPresent(files.suspects::add);
      }
    }
    for (int i = 0; threaded && i < THREADS; i++) {
      String role = "volute-blobs-" + i;
      files.threads.add(Executors.newSingleThreadExecutor(task -> daemonThread(task, role)));
    }
    return files;
  }

  private static Thread daemonThread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private void onStripe(BlobId id, Consumer<BlobStripe> task) {
    BlobStripe stripe = stripeOf(id);
    executorOf(id).execute(() -> task.accept(stripe));
  }

  /** Asks the blob's thread, and is answered, whatever happens there. */
  private <T> void ask(
      BlobId id, Function<BlobStripe, T> question, T otherwise, Consumer<T> whenAnswered) {
    BlobStripe stripe = stripeOf(id);
    completions.tell(
        executorOf(id),
        () -> question.apply(stripe),
        whenAnswered,
        cause -> {
          onStripe(id, broken -> broken.forget(id));
          whenAnswered.accept(otherwise);
        });
  }

  private static int numberOf(BlobId id) {
    return (int) Long.remainderUnsigned(id.low(), THREADS);
  }

  private BlobStripe stripeOf(BlobId id) {
    return stripes.get(numberOf(id));
  }

  private Executor executorOf(BlobId id) {
    return threads.isEmpty() ? Runnable::run : threads.get(numberOf(id));
  }

  @Override
  public void begin(BlobId id, Name name) throws StoreException {
    room.check();
    if (unfinished.size() >= MAX_UNFINISHED) {
      throw new StoreException(
          "too many large values are being written: at most " + MAX_UNFINISHED + " at once");
    }
    if (!unfinished.add(id)) {
      throw new StoreException("blob " + id + " is being written already");
    }
    // Should the same one be on its way out, then its file is replaced, and stays.
    doomedAt.remove(id);
    onStripe(id, stripe -> stripe.begin(id, name));
  }

  @Override
  public void append(BlobId id, byte[] bytes, Consumer<Boolean> whenWritten) {
    if (room.isShort()) {
      discard(id);
    }
    ask(
        id,
        stripe -> stripe.append(id, bytes),
        false,
        written -> {
          if (!written) {
            unfinished.remove(id);
          }
          whenWritten.accept(written);
        });
  }

  @Override
  public void finish(BlobId id, Consumer<Optional<Value.Blob>> whenDurable) {
    ask(
        id,
        stripe -> stripe.finish(id),
        Optional.<Value.Blob>empty(),
        made -> {
          // It may have been discarded since; then its file goes, in the order of the calls.
          boolean wanted = unfinished.remove(id);
          if (wanted && made.isPresent()) {
            distrusted.remove(id);
            unclaimed.add(id);
          }
          whenDurable.accept(wanted ? made : Optional.empty());
        });
  }

  @Override
  public void discard(BlobId id) {
    boolean known = unfinished.remove(id) || unclaimed.remove(id);
    if (known) {
      onStripe(id, stripe -> stripe.discard(id));
    }
  }

  @Override
  public boolean isWhole(BlobId id) {
    if (unclaimed.contains(id)) {
      return true;
    }
    if (unfinished.contains(id) || doomedAt.containsKey(id) || distrusted.contains(id)) {
      return false;
    }
    try {
      return disk.exists(BlobFormat.fileName(id));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * What a read has come to.
   *
   * @param damagedOf whose value could not be read back
   */
  private record Answer(Optional<byte[]> bytes, Optional<Name> damagedOf) {}

  @Override
  public void read(BlobId id, long offset, int sizeBytes, Consumer<Optional<byte[]>> whenRead) {
    ask(
        id,
        stripe -> answer(stripe, id, offset, sizeBytes),
        new Answer(Optional.empty(), Optional.empty()),
        answer -> {
          answer.damagedOf().ifPresent(name -> whenDamaged.accept(id, name));
          whenRead.accept(answer.bytes());
        });
  }

  private static Answer answer(BlobStripe stripe, BlobId id, long offset, int sizeBytes) {
    Optional<byte[]> bytes = stripe.read(id, offset, sizeBytes);
    if (bytes.isPresent() || offset < 0) {
      return new Answer(bytes, Optional.empty());
    }
    Optional<BlobFormat.Footer> footer =
        stripe.footer(id).filter(found -> offset < found.value().sizeBytes());
    return new Answer(bytes, footer.map(BlobFormat.Footer::name));
  }

  /** Takes who is told of blobs that were found damaged by a read. */
  void onDamaged(BiConsumer<BlobId, Name> listener) {
    whenDamaged = listener;
  }

  /** From now on, or no longer, files of versions stay that have been replaced. */
  void hold(boolean hold) {
    held = hold;
  }

  /** It is damaged: it counts as not here until it is written anew. */
  void distrust(BlobId id) {
    distrusted.add(id);
  }

  void checkWhole(BlobId id) throws StoreException {
    if (!isWhole(id)) {
      throw new StoreException("blob " + id + " is not here");
    }
  }

  /** A version with this blob is logged. */
  void claim(BlobId id) {
    unclaimed.remove(id);
  }

  /**
   * No version has this blob any more.
   *
   * @param sequence of the change that made it so
   */
  void release(BlobId id, long sequence) {
    doomedAt.put(id, sequence);
    doomed.addLast(new Doomed(id, sequence));
  }

  /** Deletes what is not needed any more, and looks at some of the suspects. */
  void tidy(long durableSequence, Owners owners) {
    deleteDoomed(durableSequence);
    for (int i = 0; i < ORPHAN_CHECKS_A_TURN && !suspects.isEmpty(); i++) {
      BlobId suspect = suspects.poll();
      onStripe(
          suspect,
          stripe ->
              stripe
                  .footer(suspect)
                  .ifPresent(footer -> completions.add(() -> judge(footer, owners))));
    }
  }

  /** Whose footer can't be read is left alone: it may be all that remains of a value. */
  private void judge(BlobFormat.Footer footer, Owners owners) {
    BlobId id = footer.value().id();
    boolean inUse = unfinished.contains(id) || unclaimed.contains(id) || doomedAt.containsKey(id);
    if (!inUse && !owners.blobsOf(footer.name()).contains(id)) {
      onStripe(id, stripe -> stripe.discard(id));
    }
  }

  /** Ends the threads. What can't be deleted any more is found as an orphan by the next start. */
  void close(long durableSequence) {
    deleteDoomed(durableSequence);
    for (BlobId id : unclaimed) {
      onStripe(id, stripe -> stripe.discard(id));
    }
    for (int i = 0; i < THREADS; i++) {
      BlobStripe stripe = stripes.get(i);
      if (threads.isEmpty()) {
        stripe.close();
      } else {
        threads.get(i).execute(stripe::close);
        end(threads.get(i));
      }
    }
  }

  private void deleteDoomed(long durableSequence) {
    while (!held && !doomed.isEmpty() && doomed.peekFirst().sequence() <= durableSequence) {
      Doomed one = doomed.pollFirst();
      // Only if it was not begun anew since.
      if (doomedAt.remove(one.id(), one.sequence())) {
        onStripe(one.id(), stripe -> stripe.discard(one.id()));
      }
    }
  }

  private static void end(ExecutorService thread) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(System.Logger.Level.WARNING, "the disk is slow: blobs are still being written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
