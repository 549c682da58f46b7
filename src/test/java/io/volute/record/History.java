package io.volute.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.testing.Generator;
import io.volute.testing.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A random history of one key: clients read and write at replicas, with tokens that may be stale or
 * from elsewhere, and replicas learn versions from each other. Beside each replica's set stands a
 * naive one that keeps every version it ever learned and derives the live ones.
 */
final class History {
  /** A replica, real and naive. */
  static final class Replica {
    final Actor actor;
    VersionSet set = VersionSet.EMPTY;
    final SortedMap<Dot, Version> everything = new TreeMap<>();

    Replica(Actor actor) {
      this.actor = actor;
    }

    void learn(Version version) {
      set = set.with(version);
      everything.put(version.dot(), version);
      assertEquals(live(everything.values()), set.asList(), () -> actor + " learned " + version);
    }
  }

  final Generator generator;
  final List<Replica> replicas = new ArrayList<>();
  final List<CausalContext> tokens = new ArrayList<>();
  final Map<Dot, Version> written = new LinkedHashMap<>();
  private long counter;

  History(Generator generator) {
    this.generator = generator;
    for (int i = 2 + generator.below(3); i > 0; i--) {
      replicas.add(new Replica(new Actor(new NodeId("r" + i), 0)));
    }
    tokens.add(CausalContext.EMPTY);
  }

  /** The versions that no other one replaces, in the order of their dots. */
  static List<Version> live(Iterable<Version> everything) {
    List<Version> live = new ArrayList<>();
    for (Version candidate : everything) {
      boolean isReplaced = false;
      for (Version other : everything) {
        isReplaced |= other.replaces().covers(candidate.dot());
      }
      if (!isReplaced) {
        live.add(candidate);
      }
    }
    return live;
  }

  History run(int steps) {
    for (int i = 0; i < steps; i++) {
      Replica replica = generator.pick(replicas);
      switch (generator.below(4)) {
        case 0 -> read(replica);
        case 1, 2 -> write(replica);
        default -> learnSome(replica, generator.pick(replicas));
      }
    }
    return this;
  }

  private void read(Replica replica) {
    boolean whole = replica.set.isEmpty() || generator.chance(60);
    tokens.add(whole ? replica.set.context() : generator.pick(replica.set.asList()).context());
  }

  private void write(Replica replica) {
    // Without a token the write replaces what its coordinator sees.
    CausalContext asked = generator.chance(30) ? replica.set.context() : generator.pick(tokens);
    CausalContext replaces = replica.set.contextFor(asked);
    // Counters are of all keys, so those of one key have gaps.
    counter += generator.between(1, 3);
    Dot dot = new Dot(replica.actor, counter);
    if (generator.chance(70)) {
      replaces = compacted(replica, replaces);
    }
    Version version =
        generator.chance(15)
            ? Words.tombstone(dot, replaces, generator.below(5))
            : Words.version(dot, replaces, generator.below(5));
    written.put(dot, version);
    replica.learn(version);
  }

  /**
   * The context with the replica's own base raised as far as it can vouch for: to before its first
   * dot that the context lacks, be that live or replaced by a sibling. To raise it over a dot that
   * only a sibling replaced would break the chain: what that dot had replaced could come back.
   */
  private static CausalContext compacted(Replica replica, CausalContext context) {
    long base = context.highest(replica.actor);
    for (Version version : replica.set) {
      base = Math.min(base, version.context().firstMissingIn(context, replica.actor) - 1);
    }
    return context.raised(replica.actor, base);
  }

  private void learnSome(Replica replica, Replica from) {
    for (Version version : generator.shuffled(from.set.asList())) {
      if (generator.chance(70)) {
        replica.learn(version);
      }
    }
  }
}
