package io.volute.causal;

import io.volute.identity.Actor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A set of dots of one key: what somebody has seen of it, or what a write replaces.
 *
 * <p>For each actor it holds a <em>base</em> (every dot of that actor up to it is in the set) and
 * the <em>extra</em> dots above the base. A version vector has only bases; the extras are what
 * makes the set exact, so that a client that resolves one of two siblings of the same actor
 * replaces that one and not the other. Counters are sparse (see {@link Dot}), so a base can't be
 * raised by looking for gaps: only the actor itself, who knows all its dots of a key, raises it, by
 * {@link #raised}.
 *
 * <p>Source: dotted version vectors (Preguiça et al., "Brief announcement: efficient causality
 * tracking in distributed storage systems with dotted version vectors", PODC 2012); the base with
 * extras is the compact form of a dot set in Almeida et al., "Delta state replicated data types"
 * (2018), section 7.2.
 *
 * <p>Immutable; equal sets that were built in different orders are equal and have equal tokens.
 */
public final class CausalContext {
  public static final CausalContext EMPTY = new CausalContext(Collections.emptySortedMap());

  private static final long[] NO_EXTRAS = {};

  /** What is seen of one actor. {@code extras} is sorted, without repeats, all above the base. */
  static final class Seen {
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

    boolean covers(long counter) {
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

    long highest() {
      return extras.length == 0 ? base : extras[extras.length - 1];
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

    @Override
    public boolean equals(Object object) {
      return object instanceof Seen other
          && base == other.base
          && Arrays.equals(extras, other.extras);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(base) * 31 + Arrays.hashCode(extras);
    }
  }

  private final SortedMap<Actor, Seen> seen;

  private CausalContext(SortedMap<Actor, Seen> seen) {
    this.seen = seen;
  }

  static CausalContext of(SortedMap<Actor, Seen> seen) {
    return seen.isEmpty() ? EMPTY : new CausalContext(seen);
  }

  /** The set of just this dot. */
  public static CausalContext of(Dot dot) {
    return EMPTY.with(dot);
  }

  public boolean isEmpty() {
    return seen.isEmpty();
  }

  public boolean covers(Dot dot) {
    Seen entry = seen.get(dot.actor());
    return entry != null && entry.covers(dot.counter());
  }

  /** Whether each dot that {@code other} is known to hold is in this set as well. */
  public boolean covers(CausalContext other) {
    for (Map.Entry<Actor, Seen> entry : other.seen.entrySet()) {
      Seen mine = seen.get(entry.getKey());
      if (mine == null || !mine.covers(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** This set and one more dot. */
  public CausalContext with(Dot dot) {
    if (covers(dot)) {
      return this;
    }
    return joined(dot.actor(), new Seen(0, dot.counter()));
  }

  /** The union of both sets. */
  public CausalContext join(CausalContext other) {
    // Mostly one side has seen all that the other has; that needs no new set.
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    SortedMap<Actor, Seen> joined = new TreeMap<>(seen);
    other.seen.forEach((actor, entry) -> joined.merge(actor, entry, Seen::join));
    return new CausalContext(joined);
  }

  /**
   * The same set with an actor's base raised to {@code counter}. Only for who knows that every dot
   * of that actor up to the counter is in this set, or is of another key. That a dot was replaced
   * is not enough: if this set lacks what replaced it, it may also lack what the dot itself had
   * replaced, and that could come back.
   */
  public CausalContext raised(Actor actor, long counter) {
    Seen entry = seen.get(actor);
    if (counter < 1 || (entry != null && entry.base >= counter)) {
      return this;
    }
    return joined(actor, new Seen(counter));
  }

  private CausalContext joined(Actor actor, Seen entry) {
    SortedMap<Actor, Seen> joined = new TreeMap<>(seen);
    joined.merge(actor, entry, Seen::join);
    return new CausalContext(joined);
  }

  /** The greatest counter of this actor in the set; 0 when it has none. */
  public long highest(Actor actor) {
    Seen entry = seen.get(actor);
    return entry == null ? 0 : entry.highest();
  }

  /**
   * The least counter of this actor that this set holds, or may hold below its base, and the other
   * does not; {@link Long#MAX_VALUE} when the other holds them all.
   */
  public long firstMissingIn(CausalContext other, Actor actor) {
    Seen mine = seen.get(actor);
    if (mine == null) {
      return Long.MAX_VALUE;
    }
    Seen theirs = other.seen.get(actor);
    long theirBase = theirs == null ? 0 : theirs.base;
    if (mine.base > theirBase) {
      return theirBase + 1;
    }
    for (long extra : mine.extras) {
      if (theirs == null || !theirs.covers(extra)) {
        return extra;
      }
    }
    return Long.MAX_VALUE;
  }

  /** The actors of which this set holds a dot, in order. */
  public List<Actor> actors() {
    return new ArrayList<>(seen.keySet());
  }

  SortedMap<Actor, Seen> entries() {
    return Collections.unmodifiableSortedMap(seen);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof CausalContext other && seen.equals(other.seen);
  }

  @Override
  public int hashCode() {
    return seen.hashCode();
  }

  /** For people: {@code n1#7:≤12+15+19 n2#3:≤4}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    seen.forEach(
        (actor, entry) -> {
          text.append(text.isEmpty() ? "" : " ").append(actor).append(":≤").append(entry.base);
          for (long extra : entry.extras) {
            text.append('+').append(extra);
          }
        });
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
