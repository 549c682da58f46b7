package io.volute.storage;

import io.volute.record.Name;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The names of all keys in byte order (or, for the hash tree, what {@link TreeKeys} makes of them):
 * the latest changes sorted in memory, all others in sorted files. A page of a listing merges them
 * from its first name on, so its cost does not depend on how many keys there are. Derived from the
 * log like the index, and as much of a cache.
 *
 * <p>Files are written and merged by the background thread; only the kernel thread changes what is
 * here, by adopting what is done.
 */
final class NameOrder implements KeyOrder {
  /** Changes held in memory before they become a file; some 120 bytes each. */
  static final int MAX_RECENT = 32 << 10;

  /** So many changes may wait for the background thread before the kernel thread waits for it. */
  private static final int MAX_FROZEN = 8;

  /** With more files than that a listing would be slow: the kernel thread waits for a merge. */
  static final int MAX_RUNS = 64;

  private final NameTidier tidier;
  private final int maxRecent;
  private NavigableMap<byte[], Boolean> recent = new TreeMap<>(Arrays::compareUnsigned);

  /** No longer changed and on their way to be files, newest first. */
  private final Deque<NameTidier.Frozen> frozen = new ArrayDeque<>();

  /** Newest first. */
  private final List<NameRun> runs;

  private Optional<NameTidier.Merging> merging = Optional.empty();

  private NameOrder(NameTidier tidier, int maxRecent, List<NameRun> runs) {
    this.tidier = tidier;
    this.maxRecent = maxRecent;
    this.runs = new ArrayList<>(runs);
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
      if (run.isEmpty() || !run.get().stamp().equals(stamp)) {
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
    change(key, true);
  }

  @Override
  public void remove(byte[] key) throws IOException {
    change(key, false);
  }

  private void change(byte[] key, boolean live) throws IOException {
    recent.put(key, live);
    if (recent.size() >= maxRecent) {
      freeze();
      adopt();
      while (frozen.size() > MAX_FROZEN) {
        joined(frozen.getLast());
        adopt();
      }
      while (runs.size() > MAX_RUNS && merging.isPresent()) {
        joined(merging.get());
        adopt();
      }
    }
  }

  private void freeze() {
    frozen.addFirst(tidier.freeze(recent));
    recent = new TreeMap<>(Arrays::compareUnsigned);
  }

  private static NameRun joined(NameTidier.Frozen batch) throws IOException {
    try {
      return batch.run().join();
    } catch (CompletionException e) {
      throw new IOException("writing a name run failed: " + e.getCause().getMessage(), e);
    }
  }

  private static NameRun joined(NameTidier.Merging merge) throws IOException {
    try {
      return merge.result().join();
    } catch (CompletionException e) {
      throw new IOException("merging name runs failed: " + e.getCause().getMessage(), e);
    }
  }

  /** Takes over what the background thread has finished. */
  private void adopt() throws IOException {
    while (!frozen.isEmpty() && frozen.getLast().run().isDone()) {
      runs.add(0, joined(frozen.removeLast()));
    }
    if (merging.isPresent() && merging.get().result().isDone()) {
      adoptMerged(merging.get());
      merging = Optional.empty();
    }
    if (merging.isEmpty()) {
      merging = NamePolicy.toMerge(runs, maxRecent).map(this::merge);
    }
  }

  private NameTidier.Merging merge(NamePolicy.Group group) {
    boolean withOldest = group.to() == runs.size();
    return tidier.merge(List.copyOf(runs.subList(group.from(), group.to())), withOldest);
  }

  private void adoptMerged(NameTidier.Merging merge) throws IOException {
    NameRun merged = joined(merge);
    // Newer runs may have come in front meanwhile, so its sources are found by identity.
    int at = runs.indexOf(merge.sources().get(0));
    runs.subList(at, at + merge.sources().size()).clear();
    runs.add(at, merged);
    for (NameRun source : merge.sources()) {
      tidier.discard(source);
    }
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
    while (!frozen.isEmpty()) {
      runs.add(0, joined(frozen.removeLast()));
    }
    merging.ifPresent(tidier::giveUp);
    List<KeyIndex.FileStamp> stamps = new ArrayList<>();
    for (NameRun run : runs) {
      stamps.add(run.stamp());
      run.close();
    }
    tidier.syncDirectory();
    return stamps;
  }

  int runCount() {
    return runs.size();
  }

  private static final class MapCursor implements NameCursor {
    private final Iterator<Map.Entry<byte[], Boolean>> entries;
    private byte[] name = {};
    private boolean live;

    MapCursor(Map<byte[], Boolean> map) {
      entries = map.entrySet().iterator();
    }

    @Override
    public boolean next() {
      if (!entries.hasNext()) {
        return false;
      }
      Map.Entry<byte[], Boolean> entry = entries.next();
      name = entry.getKey();
      live = entry.getValue();
      return true;
    }

    @Override
    public byte[] name() {
      return name;
    }

    @Override
    public boolean isLive() {
      return live;
    }
  }
}
