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
  /** Stands for an array of {@link Seen#NO_EXTRAS}: what a store keeps for each key is small so. */
  private static final long[][] NONE_HAS_EXTRAS = {};

  public static final CausalContext EMPTY =
      new CausalContext(new Actor[0], Seen.NO_EXTRAS, NONE_HAS_EXTRAS);

  /**
   * The list of the actor that was last seen alone. Most contexts of a store are of the one actor
   * that writes to it, and share it. Whoever finds another one here makes a list of its own.
   */
  private static volatile Actor[] lastAlone = new Actor[1];

  /** In order, without repeats; each with what is seen of it at the same place. */
  private final Actor[] actors;

  private final long[] bases;

  /** {@link #NONE_HAS_EXTRAS}, or the extras of each actor. */
  private final long[][] extras;

  private CausalContext(Actor[] actors, long[] bases, long[][] extras) {
    assert isInOrder(actors) && actors.length == bases.length : Arrays.toString(actors);
    assert extras == NONE_HAS_EXTRAS || extras.length == actors.length : extras.length;
    this.actors = actors;
    this.bases = bases;
    this.extras = extras;
  }

  private static boolean isInOrder(Actor[] actors) {
    for (int i = 1; i < actors.length; i++) {
      if (actors[i - 1].compareTo(actors[i]) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Takes the actors over, which must be in order; what is seen of each is at the same place. */
  static CausalContext of(Actor[] actors, Seen[] seen) {
    if (actors.length == 0) {
      return EMPTY;
    }
    long[] bases = new long[actors.length];
    long[][] extras = NONE_HAS_EXTRAS;
    for (int i = 0; i < actors.length; i++) {
      bases[i] = seen[i].base();
      extras = withExtras(extras, actors.length, i, seen[i].extras());
    }
    return new CausalContext(actors, bases, extras);
  }

  /**
   * The same extras of so many actors but for those of one; changes an array that is no constant.
   */
  private static long[][] withExtras(long[][] extras, int actors, int index, long[] ofOne) {
    long[][] all = extras;
    if (extras == NONE_HAS_EXTRAS) {
      if (ofOne.length == 0) {
        return NONE_HAS_EXTRAS;
      }
      all = new long[actors][];
      Arrays.fill(all, Seen.NO_EXTRAS);
    }
    all[index] = ofOne;
    return ofOne.length == 0 && hasNone(all) ? NONE_HAS_EXTRAS : all;
  }

  private static boolean hasNone(long[][] extras) {
    for (long[] each : extras) {
      if (each.length > 0) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // An equal one that is not the same does no harm.
  private static Actor[] alone(Actor actor) {
    Actor[] last = lastAlone;
    if (last[0] == actor) {
      return last;
    }
    Actor[] list = {actor};
    lastAlone = list;
    return list;
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

  private long[] extrasOf(int index) {
    return extras == NONE_HAS_EXTRAS ? Seen.NO_EXTRAS : extras[index];
  }

  private boolean covers(int index, long counter) {
    return counter <= bases[index] || Arrays.binarySearch(extrasOf(index), counter) >= 0;
  }

  public boolean covers(Dot dot) {
    int index = indexOf(dot.actor());
    return index >= 0 && covers(index, dot.counter());
  }

  /** Whether each dot that {@code other} is known to hold is in this set as well. */
  public boolean covers(CausalContext other) {
    if (other.actors.length > actors.length) {
      return false;
    }
    for (int i = 0; i < other.actors.length; i++) {
      int mine = indexOf(other.actors[i]);
      // A base is a claim about every dot up to it, so only a base can cover it.
      if (mine < 0 || other.bases[i] > bases[mine]) {
        return false;
      }
      for (long extra : other.extrasOf(i)) {
        if (!covers(mine, extra)) {
          return false;
        }
      }
    }
    return true;
  }

  /** This set and one more dot. */
  public CausalContext with(Dot dot) {
    int index = indexOf(dot.actor());
    if (index < 0) {
      return joined(dot.actor(), 0, new long[] {dot.counter()});
    } else if (covers(index, dot.counter())) {
      return this;
    }
    long[] more = extrasOf(index);
    if (dot.counter() < highest(index)) {
      return joined(index, 0, new long[] {dot.counter()});
    }
    more = Arrays.copyOf(more, more.length + 1);
    more[more.length - 1] = dot.counter();
    return replaced(index, bases[index], more);
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
        entries[count] = seen(mine).join(other.seen(theirs));
      } else {
        entries[count] = order < 0 ? seen(mine) : other.seen(theirs);
      }
      mine += order <= 0 ? 1 : 0;
      theirs += order >= 0 ? 1 : 0;
      count++;
    }
    return of(Arrays.copyOf(both, count), entries);
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
    int index = indexOf(actor);
    if (counter < 1 || (index >= 0 && bases[index] >= counter)) {
      return this;
    }
    return index >= 0 && highest(index) <= counter
        ? replaced(index, counter, Seen.NO_EXTRAS)
        : joined(actor, counter, Seen.NO_EXTRAS);
  }

  private CausalContext joined(Actor actor, long base, long[] more) {
    int index = indexOf(actor);
    if (index >= 0) {
      return joined(index, base, more);
    }
    int at = -1 - index;
    int size = actors.length + 1;
    Actor[] wider = size == 1 ? alone(actor) : new Actor[size];
    long[] widerBases = new long[size];
    long[][] widerExtras = NONE_HAS_EXTRAS;
    for (int i = 0; i < size; i++) {
      int from = i < at ? i : i - 1;
      if (size > 1) {
        wider[i] = i == at ? actor : actors[from];
      }
      widerBases[i] = i == at ? base : bases[from];
      widerExtras = withExtras(widerExtras, size, i, i == at ? more : extrasOf(from));
    }
    return new CausalContext(wider, widerBases, widerExtras);
  }

  private CausalContext joined(int index, long base, long[] more) {
    Seen entry = seen(index).join(new Seen(base, more));
    return replaced(index, entry.base(), entry.extras());
  }

  /** The same set but for what is seen of one actor. */
  private CausalContext replaced(int index, long base, long[] more) {
    long[] changed = bases;
    if (base != bases[index]) {
      changed = bases.clone();
      changed[index] = base;
    }
    boolean mayShare = actors.length == 1 || extras == NONE_HAS_EXTRAS;
    long[][] rest = mayShare ? NONE_HAS_EXTRAS : extras.clone();
    return new CausalContext(actors, changed, withExtras(rest, actors.length, index, more));
  }

  /** The greatest counter of this actor in the set; 0 when it has none. */
  public long highest(Actor actor) {
    int index = indexOf(actor);
    return index < 0 ? 0 : highest(index);
  }

  private long highest(int index) {
    long[] ofActor = extrasOf(index);
    return ofActor.length == 0 ? bases[index] : ofActor[ofActor.length - 1];
  }

  /**
   * The least counter of this actor that this set holds, or may hold below its base, and the other
   * does not; {@link Long#MAX_VALUE} when the other holds them all.
   */
  public long firstMissingIn(CausalContext other, Actor actor) {
    int mine = indexOf(actor);
    if (mine < 0) {
      return Long.MAX_VALUE;
    }
    int theirs = other.indexOf(actor);
    long theirBase = theirs < 0 ? 0 : other.bases[theirs];
    if (bases[mine] > theirBase) {
      return theirBase + 1;
    }
    for (long extra : extrasOf(mine)) {
      if (theirs < 0 || !other.covers(theirs, extra)) {
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
    return new Seen(bases[index], extrasOf(index));
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof CausalContext other
        && Arrays.equals(actors, other.actors)
        && Arrays.equals(bases, other.bases)
        && Arrays.deepEquals(extras, other.extras);
  }

  @Override
  public int hashCode() {
    return (Arrays.hashCode(actors) * 31 + Arrays.hashCode(bases)) * 31
        + Arrays.deepHashCode(extras);
  }

  /** For people: {@code n1#7:≤12+15+19 n2#3:≤4}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < actors.length; i++) {
      text.append(i == 0 ? "" : " ").append(actors[i]).append(":≤").append(bases[i]);
      for (long extra : extrasOf(i)) {
        text.append('+').append(extra);
      }
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
