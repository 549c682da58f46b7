package io.volute.storage;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Versions and values for tests. A value's bytes follow from its dot and size. */
final class TestVersions {
  static final Actor ACTOR = new Actor(new NodeId("node-a"), 1_700_000_000_000L);

  private TestVersions() {}

  static Dot dot(long counter) {
    return new Dot(ACTOR, counter);
  }

  static Version version(Dot dot, CausalContext replaces, int sizeBytes) {
    return version(dot, replaces, sizeBytes, new Mirrors(3));
  }

  static Version expiring(Dot dot, long atMillis) {
    return new Version(
        dot, CausalContext.EMPTY, Version.Kind.VALUE, new Mirrors(3), 5, atMillis, "", 10);
  }

  static Version version(Dot dot, CausalContext replaces, int sizeBytes, Mirrors mirrors) {
    return new Version(
        dot,
        replaces,
        Version.Kind.VALUE,
        mirrors,
        1_700_000_000_000L + dot.counter(),
        Version.NEVER,
        "",
        sizeBytes);
  }

  static Version tombstone(Dot dot, CausalContext replaces) {
    return new Version(
        dot, replaces, Version.Kind.TOMBSTONE, new Mirrors(3), 5, Version.NEVER, "", 0);
  }

  static Value value(Dot dot, int sizeBytes) {
    byte[] bytes = new byte[sizeBytes];
    new Random(dot.hashCode() * 31L + dot.counter()).nextBytes(bytes);
    return Value.of(bytes);
  }

  static Value valueOf(Version version) {
    return value(version.dot(), (int) version.sizeBytes());
  }

  /** Puts the next value of a key over all that is there. */
  static Version overwrite(StoreEngine store, String name, long counter, int sizeBytes)
      throws Exception {
    VersionSet before = store.versions(Name.of(name));
    Version version = version(dot(counter), before.context(), sizeBytes);
    store.put(Name.of(name), version, valueOf(version), before.with(version));
    return version;
  }

  /** Puts a value beside what is there. */
  static Version addSibling(StoreEngine store, String name, long counter, int sizeBytes)
      throws Exception {
    VersionSet before = store.versions(Name.of(name));
    Version version = version(dot(counter), CausalContext.EMPTY, sizeBytes);
    store.put(Name.of(name), version, valueOf(version), before.with(version));
    return version;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
