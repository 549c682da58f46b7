package io.volute.storage;

import io.volute.record.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The names of all keys in byte order, each with its index entry (or, for the hash tree, what
 * {@link TreeKeys} makes of them, with nothing): the latest changes sorted in memory, all others in
 * sorted files. A page of a listing merges them from its first name on, so its cost does not depend
 * on how many keys there are. Derived from the log like the index, and as much of a cache.
 *
 * <p>Files are written and merged by the background thread; only the kernel thread changes what is
 * here, by adopting what is done.
 */
final class NameOrder implements KeyOrder {
  /** Changes held in memory before they become a file; some 120 bytes each. */
  static final int MAX_RECENT = 32 << 10;

  private static final byte[] NOTHING = {};

  /** With more files than that a listing would be slow: the kernel thread waits for a merge. */
  static final int MAX_RUNS = 64;

  private final NameTidier tidier;
  private final int maxRecent;
  private NameLayers layers;
  private Optional<NameTidier.Merging> merging = Optional.empty();
  private RunsKept kept;

  /** Takes the place of all that is here once it holds all names; it has each change as well. */
  private Optional<NameOrder> successor = Optional.empty();

  private NameOrder(NameTidier tidier, int maxRecent, List<NameRun> runs) {
    this.tidier = tidier;
    this.maxRecent = maxRecent;
    this.layers = new NameLayers(tidier, maxRecent, runs);
    this.kept = new RunsKept(tidier, runs);
  }

  /** An empty order; files of another one are deleted. */
  static NameOrder create(Disk disk, String directory, Executor background, int maxRecent)
      throws IOException {
    deleteAllBut(disk, directory, List.of());
    return new NameOrder(new NameTidier(disk, directory, background, 0), maxRecent, List.of());
  }

  /** The order that was closed with these files; empty when one of them is not as it was. */
  static Optional<NameOrder> reopen(
      Disk disk,
      String directory,
      Executor background,
      int maxRecent,
      List<KeyIndex.FileStamp> newestFirst)
      throws IOException {
    deleteAllBut(disk, directory, newestFirst.stream().map(KeyIndex.FileStamp::name).toList());
    Optional<List<NameRun>> runs = NameRun.openAll(disk, newestFirst);
    long lastNumber =
        newestFirst.stream().mapToLong(stamp -> NameRun.numberOf(stamp.name())).max().orElse(0);
    NameTidier tidier = new NameTidier(disk, directory, background, lastNumber);
    return runs.map(opened -> new NameOrder(tidier, maxRecent, opened));
  }

  private static void deleteAllBut(Disk disk, String directory, List<String> kept)
      throws IOException {
    disk.createDirectory(directory);
    for (String file : disk.list(directory)) {
      String name = directory + "/" + file;
      if (!kept.contains(name)) {
        disk.delete(name);
      }
    }
  }

  void add(Name name) throws IOException {
    add(name.utf8());
  }

  void remove(Name name) throws IOException {
    remove(name.utf8());
  }

  @Override
  public void add(byte[] key) throws IOException {
    change(key, NOTHING);
  }

  /** Adds a name, or replaces what is kept with it. The arrays are taken over. */
  void put(byte[] name, byte[] content) throws IOException {
    assert content != NameTidier.REMOVED : "content that says removed";
    change(name, content);
  }

  @Override
  public void remove(byte[] key) throws IOException {
    change(key, NameTidier.REMOVED);
  }

  private void change(byte[] key, byte[] content) throws IOException {
    refill(key, content);
    layers.put(key, content);
    FrozenNames frozen = layers.frozen();
    if (frozen.isOverfull() && layers.isFull(2)) {
      // Who serves asks before each change; the log is read as fast as it can be.
      frozen.retry();
      adoptEnough();
      if (frozen.isOverfull()) {
        throw new IOException("too many changes wait for a file: " + frozen.failure());
      }
    }
    if (!frozen.isOverfull() && layers.isFull(1)) {
      layers.freeze();
      adoptEnough();
      while (layers.runs().size() > MAX_RUNS && merging.isPresent()) {
        merging.get().result().handle((run, failure) -> run).join();
        adopt();
      }
    }
  }

  /** Waits until no more batches are left than may be, unless they can't be written. */
  private void adoptEnough() throws IOException {
    do {
      adopt();
    } while (layers.frozen().awaitIfTooMany());
  }

  /**
   * Whether files could not be written for so long that no more changes should be made: {@link
   * #tryAgain} now and then. A few that are under way are still taken.
   */
  boolean isOverfull() {
    return layers.frozen().isOverfull();
  }

  /** Why a file could not be written the last time. */
  String failure() {
    return layers.frozen().failure();
  }

  /** Begins once more with what could not be written. */
  void tryAgain() throws IOException {
    if (isFailing()) {
      layers.frozen().retry();
      adopt();
    }
  }

  /** Takes over what the background thread has finished. */
  void adopt() throws IOException {
    FrozenNames frozen = layers.frozen();
    List<NameRun> runs = layers.runs();
    for (var run = frozen.takeWritten(); run.isPresent(); run = frozen.takeWritten()) {
      runs.add(0, run.get());
      kept.written(run.get().fileName(), runs);
    }
    if (merging.isPresent() && merging.get().result().isDone()) {
      if (merging.get().result().isCompletedExceptionally()) {
        mergeHasFailed(merging.get());
      } else {
        adoptMerged(merging.get());
      }
      merging = Optional.empty();
    }
    if (merging.isEmpty() && !frozen.isFailing() && damaged().isEmpty()) {
      merging = NamePolicy.toMerge(runs, maxRecent).map(this::merge);
    }
  }

  private NameTidier.Merging merge(NamePolicy.Group group) {
    List<NameRun> runs = layers.runs();
    boolean withOldest = group.to() == runs.size();
    return tidier.merge(List.copyOf(runs.subList(group.from(), group.to())), withOldest);
  }

  private void mergeHasFailed(NameTidier.Merging merge) {
    Throwable cause = merge.result().handle((run, failure) -> failure).join();
    if (cause instanceof DamagedOrderException found) {
      layers.noteDamaged(found);
    } else {
      layers.frozen().mergeHasFailed();
    }
  }

  /**
   * A file that was found damaged by who needed it. What it holds can't be told, and nothing is
   * merged, until the order is made anew; the next read that needs it fails as well.
   */
  Optional<String> damaged() {
    return layers.damaged();
  }

  private void adoptMerged(NameTidier.Merging merge) {
    NameRun merged = merge.result().join();
    // Newer runs may have come in front meanwhile, so its sources are found by identity.
    List<NameRun> runs = layers.runs();
    int at = runs.indexOf(merge.sources().get(0));
    runs.subList(at, at + merge.sources().size()).clear();
    runs.add(at, merged);
    kept.retire(merge.sources());
  }

  /**
   * Begins to make it anew, since a file is damaged: of what {@link #refill} is told and of all
   * changes from now on. There must be no checkpoint that names its files, nor another one begin,
   * until {@link #endAnew}.
   */
  void beginAnew() {
    dropAnew();
    successor = Optional.of(new NameOrder(tidier, maxRecent, List.of()));
  }

  /** Whether that is under way; it ends early when its files can't be written. */
  boolean isMadeAnew() {
    return successor.isPresent();
  }

  /** A name that is held, for the order that is made anew. The arrays are taken over. */
  void refill(byte[] key, byte[] content) throws IOException {
    successor.filter(NameOrder::isFailing).ifPresent(failing -> dropAnew());
    if (successor.isPresent()) {
      successor.get().change(key, content);
    }
  }

  /** Gives up what was begun. */
  void dropAnew() {
    successor.ifPresent(NameOrder::discard);
    successor = Optional.empty();
  }

  /** All names were told. */
  void endAnew() {
    NameOrder anew = successor.orElseThrow();
    discard();
    layers = anew.layers;
    merging = anew.merging;
    kept = anew.kept;
    successor = Optional.empty();
  }

  private void discard() {
    merging.ifPresent(tidier::giveUp);
    layers.frozen().abandon();
    kept.unpin();
    kept.retire(layers.runs());
  }

  /** Begins a checkpoint of what is held now. */
  void cut() throws IOException {
    kept.giveUpCut();
    FrozenNames frozen = layers.frozen();
    if (!layers.freeze() && !frozen.isEmpty()) {
      frozen.retry();
    }
    if (frozen.isEmpty()) {
      kept.cut(layers.runs());
    } else {
      kept.cutAt(frozen.newest().fileName());
    }
    adopt();
  }

  /** The files that hold what was held at the last {@link #cut}, newest first, once they do. */
  Optional<List<KeyIndex.FileStamp>> cutFiles() throws IOException {
    adopt();
    return kept.cut().map(files -> files.stream().map(NameRun::stamp).toList());
  }

  /** Whether a file could not be written, and so {@link #cutFiles} may stay empty. */
  boolean isFailing() {
    return layers.frozen().isFailing();
  }

  /** Which files must stay for the sake of checkpoints. */
  RunsKept kept() {
    return kept;
  }

  /** Whether a name may be held, by what is in memory: false only when it is not. */
  boolean mayHold(byte[] name) {
    return layers.mayHold(name);
  }

  /** What is kept with a name; empty when it is not held. */
  Optional<byte[]> get(byte[] name) throws IOException {
    return layers.get(name);
  }

  /**
   * Names with what is kept of them, in order.
   *
   * @param after only names greater than this
   */
  List<KeyIndex.Outsized> page(byte[] after, int limit) throws IOException {
    List<KeyIndex.Outsized> page = new ArrayList<>();
    walk(
        Arrays.copyOf(after, after.length + 1),
        limit,
        name -> true,
        merge -> page.add(new KeyIndex.Outsized(merge.name(), merge.content())));
    return page;
  }

  List<Name> list(byte[] prefix, Optional<Name> after, int limit) throws IOException {
    List<byte[]> page = new ArrayList<>();
    walk(
        NamePage.lowest(prefix, after),
        limit,
        name -> startsWith(name, prefix),
        merge -> page.add(merge.name()));
    List<Name> names = new ArrayList<>(page.size());
    for (byte[] name : page) {
      names.add(Name.of(name).orElseThrow(() -> new IOException("a name is damaged")));
    }
    return names;
  }

  @Override
  public List<byte[]> range(byte[] lowest, byte[] below, int limit) throws IOException {
    List<byte[]> range = new ArrayList<>();
    walk(
        lowest,
        limit,
        key -> Arrays.compareUnsigned(key, below) < 0,
        merge -> range.add(merge.name()));
    return range;
  }

  private void walk(
      byte[] lowest, int limit, Predicate<byte[]> belongs, Consumer<NameCursor> visitor)
      throws IOException {
    adopt();
    layers.walk(lowest, limit, belongs, visitor);
  }

  private static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** Brings everything into files, and tells what they are, newest first. */
  List<KeyIndex.FileStamp> close() throws IOException {
    tidier.hurry();
    dropAnew();
    layers.freeze();
    FrozenNames frozen = layers.frozen();
    if (!frozen.isEmpty()) {
      frozen.retry();
    }
    List<NameRun> runs = layers.runs();
    while (!frozen.isEmpty()) {
      runs.add(0, frozen.awaitWritten());
    }
    merging.ifPresent(tidier::giveUp);
    List<KeyIndex.FileStamp> stamps = new ArrayList<>();
    for (NameRun run : runs) {
      stamps.add(run.stamp());
      run.close();
    }
    kept.close();
    tidier.syncDirectory();
    return stamps;
  }

  /** The files that hold what is not in memory any more. */
  List<String> fileNames() {
    return layers.runs().stream().map(NameRun::fileName).toList();
  }

  int runCount() {
    return layers.runs().size();
  }
}
