package io.volute.testing;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Version;
import java.util.List;

/** Random words of the lowest floor. Few actors and small counters, so that they often meet. */
public final class Words {
  /** Greatest counter of {@link #dot}. */
  public static final int MAX_COUNTER = 12;

  public static final List<Actor> ACTORS =
      List.of(
          new Actor(new NodeId("a"), 0),
          new Actor(new NodeId("a"), 1),
          new Actor(new NodeId("a-b"), 0),
          new Actor(new NodeId("Z.9_"), Actor.MAX_INCARNATION),
          new Actor(new NodeId("n".repeat(NodeId.MAX_LENGTH)), 300));

  private Words() {}

  public static Dot dot(Generator generator) {
    return new Dot(generator.pick(ACTORS), generator.between(1, MAX_COUNTER));
  }

  /** A dot with any counter there can be. */
  public static Dot wideDot(Generator generator) {
    return new Dot(generator.pick(ACTORS), Math.max(1, generator.ofBits(63)));
  }

  /** A context of up to eight steps, with bases as well as single dots. */
  public static CausalContext context(Generator generator) {
    CausalContext context = CausalContext.EMPTY;
    for (int i = generator.below(9); i > 0; i--) {
      Dot dot = generator.chance(90) ? dot(generator) : wideDot(generator);
      context =
          generator.chance(60) ? context.with(dot) : context.raised(dot.actor(), dot.counter());
    }
    return context;
  }

  /** A value of one byte that is written at this time and never expires. */
  public static Version version(Dot dot, CausalContext replaces, long writtenAtMillis) {
    return new Version(
        dot,
        replaces,
        Version.Kind.VALUE,
        new Mirrors(3),
        writtenAtMillis,
        Version.NEVER,
        "text/plain",
        1);
  }

  public static Version tombstone(Dot dot, CausalContext replaces, long writtenAtMillis) {
    return new Version(
        dot,
        replaces,
        Version.Kind.TOMBSTONE,
        new Mirrors(3),
        writtenAtMillis,
        Version.NEVER,
        "",
        0);
  }
}
