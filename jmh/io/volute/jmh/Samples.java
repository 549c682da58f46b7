package io.volute.jmh;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.record.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What the benchmarks work on: words of the sizes that they have in use. */
final class Samples {
  /** As an incarnation is in production: some 50 bits. */
  private static final long INCARNATION = Actor.nextIncarnation(0, 1_760_000_000_000L, 42);

  /** After a while of use; takes four bytes as a varint. */
  private static final long COUNTER = 5_000_000;

  private static final String CONTENT_TYPE = "application/json";

  private Samples() {}

  static NodeId node(int number) {
    return new NodeId("node-" + number);
  }

  static MemberEntry member(int number) {
    HostPort address = new HostPort("host", number);
    return new MemberEntry(node(number), address, Optional.empty(), MemberEntry.DEFAULT_WEIGHT);
  }

  /** Members 1 to {@code count}. */
  static List<MemberEntry> members(int count) {
    List<MemberEntry> members = new ArrayList<>(count);
    for (int number = 1; number <= count; number++) {
      members.add(member(number));
    }
    return members;
  }

  static Actor actor(int number) {
    return new Actor(node(number), INCARNATION);
  }

  /** The {@code number}-th dot of an actor, by any count. */
  static Dot dot(int actor, int number) {
    return new Dot(actor(actor), COUNTER + number);
  }

  /** What coordinators leave of a key that this many members have written: a base each. */
  static CausalContext context(int actors) {
    CausalContext context = CausalContext.EMPTY;
    for (int number = 1; number <= actors; number++) {
      context = context.raised(actor(number), COUNTER);
    }
    return context;
  }

  static Version version(Dot dot, CausalContext replaces, int sizeBytes) {
    return new Version(
        dot,
        replaces,
        Version.Kind.VALUE,
        new Mirrors(3),
        1_760_000_000_000L,
        Version.NEVER,
        CONTENT_TYPE,
        sizeBytes);
  }

  /** A version as it is after three members have written a key, with its value. */
  static VersionedValue content(int sizeBytes) {
    Value value = value(sizeBytes);
    return new VersionedValue(version(dot(1, 1), context(3), sizeBytes), value);
  }

  /** Siblings of one actor over the same context: blind writes that missed each other. */
  static VersionSet siblings(int count) {
    List<Version> versions = new ArrayList<>(count);
    for (int number = 1; number <= count; number++) {
      versions.add(version(dot(1, number), context(3), 100));
    }
    return VersionSet.of(versions);
  }

  static Name name(int sizeBytes) {
    return Name.of("k".repeat(sizeBytes));
  }

  /** Names of 20 bytes. */
  static Name numberedName(int number) {
    return Name.of("user/%015d".formatted(number));
  }

  static Value value(int sizeBytes) {
    byte[] bytes = new byte[sizeBytes];
    new Random(sizeBytes).nextBytes(bytes);
    return Value.of(bytes);
  }
}
