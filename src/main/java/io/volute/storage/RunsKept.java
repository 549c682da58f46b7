package io.volute.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which runs of an order a checkpoint needs: a run that was merged into another one is deleted only
 * when neither the checkpoint on the disk nor the one under way names it. For the kernel thread
 * only.
 */
final class RunsKept {
  private final NameTidier tidier;

  /** The files that the checkpoint on the disk names. */
  private Set<String> pinned;

  /** Merged into others, but named by a checkpoint. */
  private final List<NameRun> retired = new ArrayList<>();

  /** The file of the last batch that is in the checkpoint under way, until it is written. */
  private Optional<String> cutAt = Optional.empty();

  /** The runs of the checkpoint under way. */
  private Optional<List<NameRun>> cut = Optional.empty();

  /**
   * @param opened runs that a checkpoint names
   */
  RunsKept(NameTidier tidier, List<NameRun> opened) {
    this.tidier = tidier;
    this.pinned = fileNames(opened);
  }

  private static Set<String> fileNames(List<NameRun> runs) {
    Set<String> names = new HashSet<>();
    runs.forEach(run -> names.add(run.fileName()));
    return names;
  }

  /** A checkpoint of these runs begins. */
  void cut(List<NameRun> runs) {
    cut = Optional.of(List.copyOf(runs));
  }

  /** A checkpoint begins that is whole with this file. */
  void cutAt(String fileName) {
    cutAt = Optional.of(fileName);
  }

  /** A batch has become the newest of the runs. */
  void written(String fileName, List<NameRun> runs) {
    if (cutAt.equals(Optional.of(fileName))) {
      cutAt = Optional.empty();
      cut(runs);
    }
  }

  /** The runs of the checkpoint under way, newest first, once they are all written. */
  Optional<List<NameRun>> cut() {
    return cut;
  }

  /** These are part of another one now. */
  void retire(List<NameRun> runs) {
    retired.addAll(runs);
    discardRetired();
  }

  /** The checkpoint is on the disk, so the files of the one before are not needed. */
  void cutIsDurable() {
    pinned = fileNames(cut.orElseThrow());
    giveUpCut();
  }

  void giveUpCut() {
    cut = Optional.empty();
    cutAt = Optional.empty();
    discardRetired();
  }

  /** There is no checkpoint any more. */
  void unpin() {
    pinned = Set.of();
    giveUpCut();
  }

  private void discardRetired() {
    List<NameRun> inCut = cut.orElse(List.of());
    retired.removeIf(
        run -> {
          boolean needless = !pinned.contains(run.fileName()) && !inCut.contains(run);
          if (needless) {
            tidier.discard(run);
          }
          return needless;
        });
  }

  /** Their files stay: the checkpoint on the disk may name them. */
  void close() throws IOException {
    for (NameRun run : retired) {
      run.close();
    }
  }
}
