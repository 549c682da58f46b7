package io.volute.storage;

import java.util.List;
import java.util.Optional;

/**
 * Which name runs to merge: whenever {@value #FANOUT} neighbours are of about the same size. So a
 * name is rewritten once for each power of that factor, and there are few runs at any time.
 */
final class NamePolicy {
  static final int FANOUT = 8;

  private NamePolicy() {}

  /**
   * Neighbours in a list of runs.
   *
   * @param from position of the first
   * @param to position behind the last
   */
  record Group(int from, int to) {}

  static Optional<Group> toMerge(List<NameRun> newestFirst, int recentSize) {
    int from = 0;
    while (from < newestFirst.size()) {
      int tier = tier(newestFirst.get(from), recentSize);
      int to = from + 1;
      // A smaller run between larger ones joins them, or it would keep them apart forever.
      while (to < newestFirst.size() && tier(newestFirst.get(to), recentSize) <= tier) {
        to++;
      }
      if (to - from >= FANOUT) {
        return Optional.of(new Group(from, to));
      }
      from = to;
    }
    return Optional.empty();
  }

  private static int tier(NameRun run, int recentSize) {
    long entries = Math.max(1, run.entryCount() / recentSize);
    return (63 - Long.numberOfLeadingZeros(entries)) / 3;
  }
}
