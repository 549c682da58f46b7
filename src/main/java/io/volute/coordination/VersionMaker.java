package io.volute.coordination;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.Command;
import io.volute.identity.Actor;
import io.volute.record.Mirrors;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.record.VersionedValue;

/** Makes the version that a change amounts to. Pure. */
final class VersionMaker {
  private VersionMaker() {}

  /**
   * What the change replaces, in the form that its version will carry.
   *
   * @param seen the key's versions, as the coordinator has seen them
   * @param all the context of these
   * @param coordinator whose dots of this key are all either in {@code seen} or obsolete
   */
  static CausalContext replacedBy(
      Command.Change change, VersionSet seen, CausalContext all, Actor coordinator) {
    CausalContext asked = change.replaces().orElse(all);
    return compact(seen.contextFor(asked), seen, coordinator);
  }

  /**
   * Raises the coordinator's base as far as it can vouch for: up to its first dot that the context
   * does not hold, be that live or replaced by a sibling. (That sibling may yet be lost with the
   * power, so what it replaced does not count as gone.) This keeps contexts at about one entry an
   * actor.
   */
  private static CausalContext compact(CausalContext context, VersionSet seen, Actor coordinator) {
    long base = context.highest(coordinator);
    for (int i = 0; i < seen.size(); i++) {
      Version version = seen.get(i);
      long missing = version.context().firstMissingIn(context, coordinator);
      base = Math.min(base, missing - 1);
    }
    return context.raised(coordinator, base);
  }

  static VersionedValue make(
      Command.Change change, Dot dot, CausalContext replaces, Mirrors mirrors, long wallMillis) {
    if (change instanceof Command.Write write) {
      long expires = expiry(wallMillis, write.timeToLiveMillis());
      Version version =
          new Version(
              dot,
              replaces,
              Version.Kind.VALUE,
              mirrors,
              wallMillis,
              expires,
              write.contentType(),
              write.value().sizeBytes());
      return new VersionedValue(version, write.value());
    }
    Version tombstone =
        new Version(
            dot, replaces, Version.Kind.TOMBSTONE, mirrors, wallMillis, Version.NEVER, "", 0);
    return new VersionedValue(tombstone, Value.EMPTY);
  }

  private static long expiry(long wallMillis, long timeToLiveMillis) {
    if (timeToLiveMillis == 0) {
      return Version.NEVER;
    }
    long latest = Long.MAX_VALUE - Math.max(0, wallMillis);
    return wallMillis + Math.min(timeToLiveMillis, latest);
  }
}
