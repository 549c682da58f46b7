package io.volute.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where the names of a {@link NameOrder} are: the latest changes, batches on their way to be files,
 * and files. Of several that speak of a name the newest has the say. For the kernel thread.
 */
final class NameLayers {
  /** Changes in memory take so many bytes at most. */
  private static final int MAX_RECENT_BYTES = 8 << 20;

  private final int maxRecent;
  private final FrozenNames frozen;

  /** Newest first. */
  private final List<NameRun> runs;

  private NavigableMap<byte[], byte[]> recent = new TreeMap<>(Arrays::compareUnsigned);
  private int recentBytes;

  /** A file that a read or a merge has found damaged. */
  private Optional<String> damaged = Optional.empty();

  NameLayers(NameTidier tidier, int maxRecent, List<NameRun> runs) {
    this.maxRecent = maxRecent;
    this.frozen = new FrozenNames(tidier);
    this.runs = new ArrayList<>(runs);
  }

  /** A change. The arrays are taken over. */
  void put(byte[] key, byte[] content) {
    byte[] before = recent.put(key, content);
    recentBytes += content.length + (before == null ? key.length : -before.length);
  }

  /** Whether the latest changes are as many as a file takes, or so many times that. */
  boolean isFull(int times) {
    return recent.size() >= times * maxRecent || recentBytes >= times * MAX_RECENT_BYTES;
  }

  /** The latest changes become a batch; false when there are none. */
  boolean freeze() {
    if (recent.isEmpty()) {
      return false;
    }
    frozen.add(recent);
    recent = new TreeMap<>(Arrays::compareUnsigned);
    recentBytes = 0;
    return true;
  }

  FrozenNames frozen() {
    return frozen;
  }

  /** The files, newest first; to be changed by who adopts and merges them. */
  List<NameRun> runs() {
    return runs;
  }

  void noteDamaged(DamagedOrderException found) {
    damaged = Optional.of(found.file());
  }

  /** A file that was found damaged by who needed it; what it holds can't be told. */
  Optional<String> damaged() {
    return damaged;
  }

  /** Whether a name may be held, by what is in memory: false only when it is not. */
  boolean mayHold(byte[] name) {
    byte[] content = latest(name);
    if (content != null) {
      return content != NameTidier.REMOVED;
    }
    long hash = NameFilter.hashOf(name);
    for (NameRun run : runs) {
      if (run.mayFind(hash)) {
        return true;
      }
    }
    return false;
  }

  /** What the latest changes in memory say of a name; null when that is nothing. */
  private byte[] latest(byte[] name) {
    byte[] content = recent.get(name);
    for (NameTidier.Frozen batch : frozen) {
      content = content == null ? batch.names().get(name) : content;
    }
    return content;
  }

  /** What is kept with a name; empty when it is not held. */
  Optional<byte[]> get(byte[] name) throws IOException {
    try {
      return find(name);
    } catch (DamagedOrderException e) {
      noteDamaged(e);
      throw e;
    }
  }

  private Optional<byte[]> find(byte[] name) throws IOException {
    byte[] content = latest(name);
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

  /** Visits at most so many of the names that are held, from one on and as long as they belong. */
  void walk(byte[] lowest, int limit, Predicate<byte[]> belongs, Consumer<NameCursor> visitor)
      throws IOException {
    try {
      NameMerge merge = from(lowest);
      int visited = 0;
      while (visited < limit && merge.next() && belongs.test(merge.name())) {
        if (merge.isLive()) {
          visitor.accept(merge);
          visited++;
        }
      }
    } catch (DamagedOrderException e) {
      noteDamaged(e);
      throw e;
    }
  }

  /** All that is said of names from this one on. */
  private NameMerge from(byte[] lowest) throws IOException {
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
}
