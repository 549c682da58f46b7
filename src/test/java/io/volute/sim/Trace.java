package io.volute.sim;

import java.util.ArrayDeque;

/** What happened, as text: its hash over everything, its end in full. */
final class Trace {
  private static final int KEPT_LINES = 400;

  private final ArrayDeque<String> end = new ArrayDeque<>();
  private final ArrayDeque<String> story = new ArrayDeque<>();
  private long hash = 17;

  void add(long atMillis, String line) {
    String stamped = atMillis + " " + line;
    hash = hash * 1_000_003 + stamped.hashCode();
    if (line.indexOf('>') < 0) {
      story.addLast(stamped);
    }
    if (story.size() > KEPT_LINES) {
      story.removeFirst();
    }
    end.addLast(stamped);
    if (end.size() > KEPT_LINES) {
      end.removeFirst();
    }
  }

  long hash() {
    return hash;
  }

  /** What was done to the nodes; the messages are left out. */
  String story() {
    return String.join("\n", story);
  }

  String end() {
    return String.join("\n", end);
  }
}
