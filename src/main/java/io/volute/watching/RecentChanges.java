package io.volute.watching;

import io.volute.command.Answer;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.ArrayDeque;

/** The newest changes in their order, each with a number; older ones are forgotten. */
final class RecentChanges {
  private final int capacity;
  private final ArrayDeque<Answer.ChangeLine> changes = new ArrayDeque<>();
  private long nextNumber = 1;

  /**
   * @param capacity changes that are kept at most
   */
  RecentChanges(int capacity) {
    this.capacity = capacity;
  }

  void add(Name name, Version version) {
    if (changes.size() == capacity) {
      changes.pollFirst();
    }
    changes.addLast(new Answer.ChangeLine(nextNumber, name, version));
    nextNumber++;
  }

  /** The number of the newest change; 0 before the first. */
  long newest() {
    return nextNumber - 1;
  }

  /** Whether nothing that came after this number is forgotten. */
  boolean reaches(long number) {
    return number >= newest() - changes.size() && number <= newest();
  }

  /** The changes from the first behind {@code after}, in order; their numbers follow each other. */
  Iterable<Answer.ChangeLine> behind(long after) {
    long skipped = after - (newest() - changes.size());
    return () -> changes.stream().skip(skipped).iterator();
  }
}
