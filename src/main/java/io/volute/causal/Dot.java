package io.volute.causal;

import io.volute.identity.Actor;

/**
 * The name of one accepted write: the {@code counter}-th event of an actor. No two writes ever
 * share a dot.
 *
 * <p>Counters are an actor's own, over all of its keys, so the dots of one key are sparse.
 *
 * @param actor who accepted the write
 * @param counter 1 and up
 */
public record Dot(Actor actor, long counter) implements Comparable<Dot> {
  public Dot {
    if (counter < 1) {
      throw new IllegalArgumentException("a dot's counter starts at 1, not " + counter);
    }
  }

  /** As records have it, but what differs first: dots are compared for each version looked at. */
  @Override
  public boolean equals(Object object) {
    return object instanceof Dot other && counter == other.counter && actor.equals(other.actor);
  }

  @Override
  public int hashCode() {
    return actor.hashCode() * 31 + Long.hashCode(counter);
  }

  @Override
  public int compareTo(Dot other) {
    int byActor = actor.compareTo(other.actor);
    return byActor != 0 ? byActor : Long.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return actor + ":" + counter;
  }
}
