package io.volute.watching;

import io.volute.command.Answer;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.stream.LongStream;

/** The newest changes in their order, each with a number; older ones are forgotten. */
final class RecentChanges {
  /** A ring: number n is at n modulo its length. */
  private final Answer.ChangeLine[] changes;

  private long nextNumber = 1;

  /**
   * @param capacity changes that are kept at most
   */
  RecentChanges(int capacity) {
    changes = new Answer.ChangeLine[capacity];
  }

  void add(Name name, Version version) {
    changes[(int) (nextNumber % changes.length)] = new Answer.ChangeLine(nextNumber, name, version);
    nextNumber++;
  }

  /** The number of the newest change; 0 before the first. */
  long newest() {
    return nextNumber - 1;
  }

  /** Whether nothing that came after this number is forgotten. */
  boolean reaches(long number) {
    return number >= newest() - Math.min(newest(), changes.length) && number <= newest();
  }

  /** The changes from the first behind {@code after}, in order; their numbers follow each other. */
  Iterable<Answer.ChangeLine> behind(long after) {
    return () ->
        LongStream.rangeClosed(after + 1, newest())
            .mapToObj(number -> changes[(int) (number % changes.length)])
            .iterator();
  }
}
