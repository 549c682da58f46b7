package io.volute.causal;

import java.util.Arrays;

/** What is seen of one actor. {@code extras} is sorted, without repeats, all above the base. */
final class Seen {
  static final long[] NO_EXTRAS = {};

  private final long base;
  private final long[] extras;

  Seen(long base, long... extras) {
    assert base >= 0;
    assert base > 0 || extras.length > 0 : "an entry that sees nothing";
    assert isAscendingAbove(base, extras) : base + " " + Arrays.toString(extras);
    this.base = base;
    this.extras = extras;
  }

  long base() {
    return base;
  }

  /** Not a copy: must not be changed. */
  long[] extras() {
    return extras;
  }

  private static boolean isAscendingAbove(long base, long[] extras) {
    long previous = base;
    for (long extra : extras) {
      if (extra <= previous) {
        return false;
      }
      previous = extra;
    }
    return true;
  }

  private boolean covers(long counter) {
    return counter <= base || Arrays.binarySearch(extras, counter) >= 0;
  }

  boolean covers(Seen other) {
    // A base is a claim about every dot up to it, so only a base can cover it.
    if (other.base > base) {
      return false;
    }
    for (long extra : other.extras) {
      if (!covers(extra)) {
        return false;
      }
    }
    return true;
  }

  Seen join(Seen other) {
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    long[] all = Arrays.copyOf(extras, extras.length + other.extras.length);
    System.arraycopy(other.extras, 0, all, extras.length, other.extras.length);
    Arrays.sort(all);
    return of(Math.max(base, other.base), all);
  }

  /** From sorted counters that may repeat or lie below the base. */
  static Seen of(long base, long[] sorted) {
    int kept = 0;
    long previous = base;
    for (long counter : sorted) {
      if (counter > previous) {
        sorted[kept++] = counter;
        previous = counter;
      }
    }
    return new Seen(base, kept == 0 ? NO_EXTRAS : Arrays.copyOf(sorted, kept));
  }
}
