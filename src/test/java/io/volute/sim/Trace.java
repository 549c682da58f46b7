package io.volute.sim;

import java.util.ArrayDeque;

/** What happened, as text: its hash over everything, its end in full. */
final class Trace {
  private static final int KEPT_LINES = 400;

  private final ArrayDeque<String> end = new ArrayDeque<>();
  private long hash = 17;

  void add(long atMillis, String line) {
    String stamped = atMillis + " " + line;
    hash = hash * 1_000_003 + stamped.hashCode();
    end.addLast(stamped);
    if (end.size() > KEPT_LINES) {
      end.removeFirst();
    }
  }

  long hash() {
    return hash;
  }

  String end() {
    return String.join("\n", end);
  }
}
