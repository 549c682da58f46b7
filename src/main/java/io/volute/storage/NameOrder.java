package io.volute.storage;

import io.volute.record.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

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

  /** Or when they take so many bytes. */
  private static final int MAX_RECENT_BYTES = 8 << 20;

  private static final byte[] NOTHING = {};

  /** A larger file is not read when it is opened: its blocks have their own checksums. */
  private static final long MAX_VERIFIED_BYTES = 64L << 20;

  /** With more files than that a listing would be slow: the kernel thread waits for a merge. */
  static final int MAX_RUNS = 64;

  private final NameTidier tidier;
  private final int maxRecent;
  private NavigableMap<byte[], byte[]> recent = new TreeMap<>(Arrays::compareUnsigned);

  private final FrozenNames frozen;

  /** Newest first. */
  private final List<NameRun> runs;

  private Optional<NameTidier.Merging> merging = Optional.empty();
  private int recentBytes;

  private final RunsKept kept;

  private NameOrder(NameTidier tidier, int maxRecent, List<NameRun> runs) {
    this.tidier = tidier;
    this.frozen = new FrozenNames(tidier);
    this.maxRecent = maxRecent;
    this.runs = new ArrayList<>(runs);
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
    List<NameRun> runs = new ArrayList<>();
    long lastNumber = 0;
    for (KeyIndex.FileStamp stamp : newestFirst) {
      Optional<NameRun> run = NameRun.open(disk, stamp.name());
      run.ifPresent(runs::add);
      if (run.isEmpty() || !run.get().stamp().equals(stamp) || !isWholeIfSmall(run.get())) {
        for (NameRun opened : runs) {
          opened.close();
        }
        return Optional.empty();
      }
      lastNumber = Math.max(lastNumber, NameRun.numberOf(stamp.name()));
    }
    NameTidier tidier = new NameTidier(disk, directory, background, lastNumber);
    return Optional.of(new NameOrder(tidier, maxRecent, runs));
  }

  private static boolean isWholeIfSmall(NameRun run) {
    return run.sizeBytes() > MAX_VERIFIED_BYTES || run.isWhole();
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
    byte[] before = recent.put(key, content);
    recentBytes += content.length + (before == null ? key.length : -before.length);
    if (frozen.isOverfull() && isFull(2)) {
      // Who serves asks before each change; the log is read as fast as it can be.
      frozen.retry();
      adoptEnough();
      if (frozen.isOverfull()) {
        throw new IOException("too many changes wait for a file: " + frozen.failure());
      }
    }
    if (!frozen.isOverfull() && isFull(1)) {
      freeze();
      adoptEnough();
      while (runs.size() > MAX_RUNS && merging.isPresent()) {
        merging.get().result().handle((run, failure) -> run).join();
        adopt();
      }
    }
  }

  /** Waits until no more batches are left than may be, unless they can't be written. */
  private void adoptEnough() throws IOException {
    do {
      adopt();
    } while (frozen.awaitIfTooMany());
  }

  private boolean isFull(int times) {
    return recent.size() >= times * maxRecent || recentBytes >= times * MAX_RECENT_BYTES;
  }

  /**
   * Whether files could not be written for so long that no more changes should be made: {@link
   * #tryAgain} now and then. A few that are under way are still taken.
   */
  boolean isOverfull() {
    return frozen.isOverfull();
  }

  /** Why a file could not be written the last time. */
  String failure() {
    return frozen.failure();
  }

  /** Begins once more with what could not be written. */
  void tryAgain() throws IOException {
    if (frozen.isFailing()) {
      frozen.retry();
      adopt();
    }
  }

  private void freeze() {
    frozen.add(recent);
    recent = new TreeMap<>(Arrays::compareUnsigned);
    recentBytes = 0;
  }

  /** Takes over what the background thread has finished. */
  void adopt() throws IOException {
    for (var run = frozen.takeWritten(); run.isPresent(); run = frozen.takeWritten()) {
      runs.add(0, run.get());
      kept.written(run.get().fileName(), runs);
    }
    if (merging.isPresent() && merging.get().result().isDone()) {
      if (merging.get().result().isCompletedExceptionally()) {
        frozen.mergeHasFailed();
      } else {
        adoptMerged(merging.get());
      }
      merging = Optional.empty();
    }
    if (merging.isEmpty() && !frozen.isFailing()) {
      merging = NamePolicy.toMerge(runs, maxRecent).map(this::merge);
    }
  }

  private NameTidier.Merging merge(NamePolicy.Group group) {
    boolean withOldest = group.to() == runs.size();
    return tidier.merge(List.copyOf(runs.subList(group.from(), group.to())), withOldest);
  }

  private void adoptMerged(NameTidier.Merging merge) {
    NameRun merged = merge.result().join();
    // Newer runs may have come in front meanwhile, so its sources are found by identity.
    int at = runs.indexOf(merge.sources().get(0));
    runs.subList(at, at + merge.sources().size()).clear();
    runs.add(at, merged);
    kept.retire(merge.sources());
  }

  /** Begins a checkpoint of what is held now. */
  void cut() throws IOException {
    kept.giveUpCut();
    if (!recent.isEmpty()) {
      freeze();
    } else if (!frozen.isEmpty()) {
      frozen.retry();
    }
    if (frozen.isEmpty()) {
      kept.cut(runs);
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
    return frozen.isFailing();
  }

  /** Which files must stay for the sake of checkpoints. */
  RunsKept kept() {
    return kept;
  }

  /** What is kept with a name; empty when it is not held. */
  Optional<byte[]> get(byte[] name) throws IOException {
    byte[] content = recent.get(name);
    for (NameTidier.Frozen batch : frozen) {
      content = content == null ? batch.names().get(name) : content;
    }
    if (content != null) {
      return content == NameTidier.REMOVED ? Optional.empty() : Optional.of(content);
    }
    long hash = NameFilter.hashOf(name);
    for (NameRun run : runs) {
      Optional<NameCursor> found = run.find(name, hash);
      if (found.isPresent()) {
        return found.filter(NameCursor::isLive).map(NameCursor::content);
      }
    }
    return Optional.empty();
  }

  /**
   * Names with what is kept of them, in order.
   *
   * @param after only names greater than this
   */
  List<KeyIndex.Outsized> page(byte[] after, int limit) throws IOException {
    List<KeyIndex.Outsized> page = new ArrayList<>();
    NameMerge merge = from(Arrays.copyOf(after, after.length + 1));
    while (page.size() < limit && merge.next()) {
      if (merge.isLive()) {
        page.add(new KeyIndex.Outsized(merge.name(), merge.content()));
      }
    }
    return page;
  }

  List<Name> list(byte[] prefix, Optional<Name> after, int limit) throws IOException {
    List<Name> page = new ArrayList<>();
    NameMerge merge = from(NamePage.lowest(prefix, after));
    while (page.size() < limit && merge.next() && startsWith(merge.name(), prefix)) {
      if (merge.isLive()) {
        page.add(Name.of(merge.name()).orElseThrow(() -> new IOException("a name is damaged")));
      }
    }
    return page;
  }

  @Override
  public List<byte[]> range(byte[] lowest, byte[] below, int limit) throws IOException {
    List<byte[]> range = new ArrayList<>();
    NameMerge merge = from(lowest);
    while (range.size() < limit
        && merge.next()
        && Arrays.compareUnsigned(merge.name(), below) < 0) {
      if (merge.isLive()) {
        range.add(merge.name());
      }
    }
    return range;
  }

  private NameMerge from(byte[] lowest) throws IOException {
    adopt();
    List<NameCursor> cursors = new ArrayList<>();
    cursors.add(new MapCursor(recent.tailMap(lowest)));
    for (NameTidier.Frozen batch : frozen) {
      cursors.add(new MapCursor(batch.names().tailMap(lowest)));
    }
    for (NameRun run : runs) {
      cursors.add(run.from(lowest));
    }
    return new NameMerge(cursors);
  }

  private static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** Brings everything into files, and tells what they are, newest first. */
  List<KeyIndex.FileStamp> close() throws IOException {
    tidier.hurry();
    if (!recent.isEmpty()) {
      freeze();
    }
    if (!frozen.isEmpty()) {
      frozen.retry();
    }
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
    return runs.stream().map(NameRun::fileName).toList();
  }

  int runCount() {
    return runs.size();
  }
}
