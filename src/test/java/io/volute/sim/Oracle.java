package io.volute.sim;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Knows every write that was ever made, and what it was meant to replace, and checks each change of
 * each store against that. It works with plain sets of dots, without any of the compact forms that
 * the product uses.
 */
final class Oracle implements SimStore.Witness {
  /** A write as it was made. */
  private record Made(Version version, Value value, Set<Dot> replaced) {}

  private final Map<Name, Map<Dot, Made>> history = new TreeMap<>();
  private final Map<Value, Dot> dotsOfValues = new HashMap<>();

  /** What clients asked to replace, by the value that they wrote: dots of that key. */
  private final Map<Value, Set<Dot>> asked = new HashMap<>();

  /** Values of writes that clients were told are done. */
  private final Map<Name, List<Value>> acknowledged = new TreeMap<>();

  /** A client is about to write a value with a context. */
  void onAsk(Name name, Value value, CausalContext context) {
    asked.put(value, dotsCoveredBy(name, context));
  }

  void onAcknowledged(Name name, Value value) {
    acknowledged.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
  }

  @Override
  public void onPut(
      Name name, Version version, Value value, VersionSet before, VersionSet after) {
    Map<Dot, Made> ofKey = history.computeIfAbsent(name, absent -> new TreeMap<>());
    Made known = ofKey.get(version.dot());
    if (known == null) {
      onNewVersion(name, version, value, before, ofKey);
    } else {
      check(
          known.version().equals(version) && known.value().equals(value),
          name + ": the dot " + version.dot() + " is used twice");
    }
    for (Version one : before) {
      check(
          after.find(one.dot()).isPresent() || version.replaces().covers(one.dot()),
          name + ": " + one.dot() + " was removed by " + version + ", which does not replace it");
    }
    for (Version one : after) {
      for (Version other : after) {
        check(
            !one.replaces().covers(other.dot()),
            name + ": " + other.dot() + " is kept beside " + one + ", which replaces it");
      }
    }
  }

  private void onNewVersion(
      Name name, Version version, Value value, VersionSet before, Map<Dot, Made> ofKey) {
    Set<Dot> covered = dotsCoveredBy(name, version.replaces());
    Set<Dot> allowed = new HashSet<>();
    Set<Dot> meant = asked.get(value);
    if (meant != null) {
      meant.forEach(dot -> addWithAncestors(dot, ofKey, allowed));
      for (Dot dot : covered) {
        check(
            allowed.contains(dot),
            name + ": " + version + " replaces " + dot + ", which its context did not cover");
      }
    } else {
      // A blind write, or a delete: it replaces all that its coordinator holds.
      for (Version held : before) {
        check(
            covered.contains(held.dot()),
            name + ": " + version + " is a false conflict with " + held.dot());
      }
    }
    // Transitivity: with a version goes all that it had replaced.
    for (Dot dot : covered) {
      Set<Dot> ancestors = new HashSet<>();
      addWithAncestors(dot, ofKey, ancestors);
      check(
          covered.containsAll(ancestors),
          name + ": " + version + " replaces " + dot + " but not all that it had replaced");
    }
    ofKey.put(version.dot(), new Made(version, value, covered));
    if (!version.isTombstone()) {
      dotsOfValues.put(value, version.dot());
    }
  }

  private static void addWithAncestors(Dot dot, Map<Dot, Made> ofKey, Set<Dot> into) {
    if (into.add(dot) && ofKey.containsKey(dot)) {
      into.addAll(ofKey.get(dot).replaced());
    }
  }

  private Set<Dot> dotsCoveredBy(Name name, CausalContext context) {
    Set<Dot> covered = new HashSet<>();
    for (Dot dot : history.getOrDefault(name, Map.of()).keySet()) {
      if (context.covers(dot)) {
        covered.add(dot);
      }
    }
    return covered;
  }

  /** Every acknowledged write must be known to at least one of these stores. */
  void checkNothingAcknowledgedIsLost(List<SimStore> stores) {
    acknowledged.forEach(
        (name, values) -> {
          for (Value value : values) {
            Dot dot = dotsOfValues.get(value);
            check(dot != null, name + ": an acknowledged write was never put anywhere");
            check(
                stores.stream().anyMatch(store -> store.versions(name).knows(dot)),
                name + ": the acknowledged write " + dot + " is lost");
          }
        });
  }

  /** The final state of a key: every acknowledged write is live, or replaced by a live one. */
  void checkFinalState(Name name, VersionSet versions) {
    for (Value value : acknowledged.getOrDefault(name, List.of())) {
      Dot dot = dotsOfValues.get(value);
      check(versions.knows(dot), name + ": " + dot + " is missing from " + versions);
    }
  }

  Set<Name> names() {
    return history.keySet();
  }

  int writes() {
    return history.values().stream().mapToInt(Map::size).sum();
  }

  int acknowledgedWrites() {
    return acknowledged.values().stream().mapToInt(List::size).sum();
  }

  static void check(boolean holds, String violation) {
    if (!holds) {
      throw new AssertionError(violation);
    }
  }
}
