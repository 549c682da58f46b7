package io.volute.causal;

import io.volute.identity.Actor;
import java.util.Arrays;
import java.util.List;

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
  public static final CausalContext EMPTY = new CausalContext(new Actor[0], new Seen[0]);

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

  /** In order, without repeats; each with what is seen of it at the same place. */
  private final Actor[] actors;

  private final Seen[] seen;

  private CausalContext(Actor[] actors, Seen[] seen) {
    assert isInOrder(actors) && actors.length == seen.length : Arrays.toString(actors);
    this.actors = actors;
    this.seen = seen;
  }

  private static boolean isInOrder(Actor[] actors) {
    for (int i = 1; i < actors.length; i++) {
      if (actors[i - 1].compareTo(actors[i]) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Takes the arrays over; the actors must be in order. */
  static CausalContext of(Actor[] actors, Seen[] seen) {
    return actors.length == 0 ? EMPTY : new CausalContext(actors, seen);
  }

  /** The set of just this dot. */
  public static CausalContext of(Dot dot) {
    return EMPTY.with(dot);
  }

  public boolean isEmpty() {
    return actors.length == 0;
  }

  /** Where an actor is, or −1 − where it would be. There are few: mostly one for each owner. */
  private int indexOf(Actor actor) {
    if (actors.length == 1) {
      // Mostly the very object, or an equal one.
      return actors[0].equals(actor) ? 0 : actors[0].compareTo(actor) < 0 ? -2 : -1;
    }
    return Arrays.binarySearch(actors, actor);
  }

  private Seen of(Actor actor) {
    int index = indexOf(actor);
    return index < 0 ? null : seen[index];
  }

  public boolean covers(Dot dot) {
    Seen entry = of(dot.actor());
    return entry != null && entry.covers(dot.counter());
  }

  /** Whether each dot that {@code other} is known to hold is in this set as well. */
  public boolean covers(CausalContext other) {
    if (other.actors.length > actors.length) {
      return false;
    }
    for (int i = 0; i < other.actors.length; i++) {
      Seen mine = of(other.actors[i]);
      if (mine == null || !mine.covers(other.seen[i])) {
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
    return merged(other);
  }

  private CausalContext merged(CausalContext other) {
    Actor[] both = new Actor[actors.length + other.actors.length];
    Seen[] entries = new Seen[both.length];
    int count = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < actors.length || theirs < other.actors.length) {
      int order = order(mine, other, theirs);
      both[count] = order <= 0 ? actors[mine] : other.actors[theirs];
      if (order == 0) {
        entries[count] = seen[mine].join(other.seen[theirs]);
      } else {
        entries[count] = order < 0 ? seen[mine] : other.seen[theirs];
      }
      mine += order <= 0 ? 1 : 0;
      theirs += order >= 0 ? 1 : 0;
      count++;
    }
    return new CausalContext(Arrays.copyOf(both, count), Arrays.copyOf(entries, count));
  }

  /** Which of two places comes first: below 0 for this set's; one that has ended comes last. */
  private int order(int mine, CausalContext other, int theirs) {
    if (mine == actors.length) {
      return 1;
    }
    return theirs == other.actors.length ? -1 : actors[mine].compareTo(other.actors[theirs]);
  }

  /**
   * The same set with an actor's base raised to {@code counter}. Only for who knows that every dot
   * of that actor up to the counter is in this set, or is of another key. That a dot was replaced
   * is not enough: if this set lacks what replaced it, it may also lack what the dot itself had
   * replaced, and that could come back.
   */
  public CausalContext raised(Actor actor, long counter) {
    Seen entry = of(actor);
    if (counter < 1 || (entry != null && entry.base >= counter)) {
      return this;
    }
    return joined(actor, new Seen(counter, NO_EXTRAS));
  }

  private CausalContext joined(Actor actor, Seen entry) {
    int index = indexOf(actor);
    if (index >= 0) {
      Seen[] changed = seen.clone();
      changed[index] = seen[index].join(entry);
      return new CausalContext(actors, changed);
    }
    int at = -1 - index;
    Actor[] more = new Actor[actors.length + 1];
    Seen[] changed = new Seen[more.length];
    System.arraycopy(actors, 0, more, 0, at);
    System.arraycopy(seen, 0, changed, 0, at);
    more[at] = actor;
    changed[at] = entry;
    System.arraycopy(actors, at, more, at + 1, actors.length - at);
    System.arraycopy(seen, at, changed, at + 1, actors.length - at);
    return new CausalContext(more, changed);
  }

  /** The greatest counter of this actor in the set; 0 when it has none. */
  public long highest(Actor actor) {
    Seen entry = of(actor);
    return entry == null ? 0 : entry.highest();
  }

  /**
   * The least counter of this actor that this set holds, or may hold below its base, and the other
   * does not; {@link Long#MAX_VALUE} when the other holds them all.
   */
  public long firstMissingIn(CausalContext other, Actor actor) {
    Seen mine = of(actor);
    if (mine == null) {
      return Long.MAX_VALUE;
    }
    Seen theirs = other.of(actor);
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
    return List.of(actors);
  }

  /** Of how many actors it holds a dot. */
  int size() {
    return actors.length;
  }

  /** One of {@link #actors}. */
  Actor actor(int index) {
    return actors[index];
  }

  /** What is seen of one of {@link #actors}. */
  Seen seen(int index) {
    return seen[index];
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof CausalContext other
        && Arrays.equals(actors, other.actors)
        && Arrays.equals(seen, other.seen);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(actors) * 31 + Arrays.hashCode(seen);
  }

  /** For people: {@code n1#7:≤12+15+19 n2#3:≤4}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < actors.length; i++) {
      text.append(i == 0 ? "" : " ").append(actors[i]).append(":≤").append(seen[i].base);
      for (long extra : seen[i].extras) {
        text.append('+').append(extra);
      }
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
