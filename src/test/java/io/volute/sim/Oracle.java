package io.volute.sim;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.port.Store;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Knows every write that was ever made, and what it was meant to replace, and checks each change of
 * each store against that. It works with plain sets of dots, without any of the compact forms that
 * the product uses.
 */
final class Oracle implements SimDisk.Witness {
  /** All writes of one key, numbered in the order in which they were made. */
  private static final class History {
    final Map<Dot, Integer> numbers = new HashMap<>();
    final List<Dot> dots = new ArrayList<>();
    final List<Version> versions = new ArrayList<>();
    final List<Value> values = new ArrayList<>();

    /** For each write the numbers of all that it replaced. */
    final List<BitSet> replaced = new ArrayList<>();

    /** Writes that are deleted or expired, and whose tombstones some member has reaped. */
    final BitSet reaped = new BitSet();

    boolean isReaped(Dot dot) {
      Integer number = numbers.get(dot);
      return number != null && reaped.get(number);
    }

    BitSet coveredBy(CausalContext context) {
      BitSet covered = new BitSet();
      for (int i = 0; i < dots.size(); i++) {
        if (context.covers(dots.get(i))) {
          covered.set(i);
        }
      }
      return covered;
    }

    /** The given writes and all that they replaced. */
    BitSet closure(BitSet writes) {
      BitSet closed = (BitSet) writes.clone();
      writes.stream().forEach(write -> closed.or(replaced.get(write)));
      return closed;
    }

    void add(Version version, Value value, BitSet covered) {
      numbers.put(version.dot(), dots.size());
      dots.add(version.dot());
      versions.add(version);
      values.add(value);
      replaced.add(covered);
    }
  }

  private static final BlobId NO_ID = new BlobId(0, 0);

  private final Map<Name, History> histories = new TreeMap<>();

  /** A change that was passed on while its first coordinator was silent may be made twice. */
  private final Map<Value, List<Dot>> dotsOfValues = new HashMap<>();

  /** What clients asked to replace, by the value that they wrote: writes of that key. */
  private final Map<Value, BitSet> asked = new HashMap<>();

  private Supplier<List<Store>> stores = List::of;

  /** Writes that clients were told are done. */
  private final Map<Name, List<Dot>> acknowledged = new TreeMap<>();

  private boolean mayBeGivenUp;

  /** Versions that a member has put into its store though it did not make them, each time again. */
  private long puts;

  /**
   * From now on what no client was told of may be given up: only a member had it that is removed,
   * or whose disk rots.
   */
  void onCopiesEndangered() {
    mayBeGivenUp = true;
  }

  /** Where all copies that count are looked for. */
  void watch(Supplier<List<Store>> all) {
    stores = all;
  }

  /** A client is about to write a value with a context. */
  void onAsk(Name name, Value value, CausalContext context) {
    asked.put(content(value), history(name).coveredBy(context));
  }

  /**
   * A client was told that its write is done.
   *
   * @param version as it was told; covers the version that was meant
   */
  void onAcknowledged(Name name, Value value, CausalContext version) {
    List<Dot> meant =
        dotsOfValues.getOrDefault(content(value), List.of()).stream()
            .filter(version::covers)
            .toList();
    check(!meant.isEmpty(), () -> name + ": an acknowledged write was never put anywhere");
    acknowledged.computeIfAbsent(name, absent -> new ArrayList<>()).addAll(meant);
  }

  /** A blob's name changes when its write is forwarded; its content does not. */
  private static Value content(Value value) {
    return value instanceof Value.Blob blob
        ? new Value.Blob(NO_ID, blob.sizeBytes(), blob.checksum())
        : value;
  }

  private History history(Name name) {
    return histories.computeIfAbsent(name, absent -> new History());
  }

  @Override
  public void onPut(Name name, Version version, Value given, VersionSet before, VersionSet after) {
    Value value = content(given);
    History history = history(name);
    Integer number = history.numbers.get(version.dot());
    if (number == null) {
      onNewVersion(name, version, value, before, history);
    } else {
      // What has rotted is put again where it is: that mends it, and moves nothing.
      boolean isMended = mayBeGivenUp && before.find(version.dot()).isPresent();
      puts += isMended ? 0 : 1;
      check(
          history.versions.get(number).equals(version) && history.values.get(number).equals(value),
          () -> name + ": the dot " + version.dot() + " is used twice");
    }
    for (Version one : before) {
      check(
          after.find(one.dot()).isPresent() || version.replaces().covers(one.dot()),
          () -> name + ": " + version + " removed " + one.dot() + ", which it does not replace");
    }
    for (Version one : after) {
      for (Version other : after) {
        check(
            !one.replaces().covers(other.dot()),
            () -> name + ": " + other.dot() + " is kept beside " + one + ", which replaces it");
      }
    }
  }

  /** A copy goes: as the tombstone of a key, or since nobody needs it there. */
  @Override
  public void onRemove(Name name, VersionSet held) {
    boolean isDue = true;
    for (Version version : held) {
      isDue &= version.isTombstone() || version.expiresAtMillis() != Version.NEVER;
    }
    if (isDue) {
      History history = history(name);
      history.reaped.or(history.coveredBy(held.context()));
    } else {
      for (Version version : held) {
        boolean known =
            stores.get().stream().anyMatch(store -> store.versions(name).knows(version.dot()));
        boolean givenUp = mayBeGivenUp && !isAcknowledged(name, version.dot());
        check(
            known || givenUp || history(name).isReaped(version.dot()),
            () -> name + ": " + version + " is removed, and nobody else has it");
      }
    }
  }

  private void onNewVersion(
      Name name, Version version, Value value, VersionSet before, History history) {
    BitSet covered = history.coveredBy(version.replaces());
    BitSet meant = asked.get(value);
    if (meant != null) {
      BitSet tooMuch = (BitSet) covered.clone();
      tooMuch.andNot(history.closure(meant));
      // What is gone for good can't be replaced wrongly.
      tooMuch.andNot(history.reaped);
      check(
          tooMuch.isEmpty(),
          () ->
              name
                  + ": "
                  + version
                  + " replaces "
                  + history.dots.get(tooMuch.nextSetBit(0))
                  + ", which its context did not cover");
    } else if (!isGivenUp(name, version, covered, history)) {
      // A blind write, or a delete: it replaces all that its coordinator holds.
      for (Version held : before) {
        check(
            version.replaces().covers(held.dot()),
            () -> name + ": " + version + " is a false conflict with " + held.dot());
      }
    }
    // With a version goes all that it had replaced.
    BitSet closed = history.closure(covered);
    closed.andNot(history.reaped);
    covered.andNot(history.reaped);
    check(
        closed.equals(covered),
        () -> name + ": " + version + " replaces a version but not all that this had replaced");
    history.add(version, value, covered);
    if (!version.isTombstone()) {
      dotsOfValues.computeIfAbsent(value, absent -> new ArrayList<>()).add(version.dot());
    }
  }

  /**
   * Whether it just says again what was deleted, or replaced, or may be given up: a member gives up
   * versions that an owner refuses, since they lie below its floor or since the key has newer ones
   * with fewer mirrors. A write of which no client was told that it is done may go that way, such
   * as one that a member made on its own while it was removed: see ADR 0017.
   */
  private boolean isGivenUp(Name name, Version version, BitSet covered, History history) {
    BitSet rest = (BitSet) covered.clone();
    rest.andNot(history.reaped);
    history.replaced.forEach(rest::andNot);
    return version.isTombstone()
        && !covered.isEmpty()
        && rest.stream().noneMatch(write -> isAcknowledged(name, history.dots.get(write)));
  }

  private boolean isAcknowledged(Name name, Dot dot) {
    return acknowledged.getOrDefault(name, List.of()).contains(dot);
  }

  /**
   * Every acknowledged write must be known to at least one of these stores, unless it is deleted
   * and reaped.
   */
  void checkNothingAcknowledgedIsLost(List<Store> stores) {
    Optional<String> lost = firstLost(stores);
    check(lost.isEmpty(), lost::orElseThrow);
  }

  boolean isNothingAcknowledgedLost(List<Store> stores) {
    return firstLost(stores).isEmpty();
  }

  private Optional<String> firstLost(List<Store> stores) {
    for (Map.Entry<Name, List<Dot>> entry : acknowledged.entrySet()) {
      Name name = entry.getKey();
      for (Dot dot : entry.getValue()) {
        if (!history(name).isReaped(dot)
            && stores.stream().noneMatch(store -> store.versions(name).knows(dot))) {
          return Optional.of(name + ": the acknowledged write " + dot + " is lost");
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The final state of a key: every acknowledged write is live, or replaced by a live one, or
   * reaped; and nothing that was reaped is there again.
   */
  void checkFinalState(Name name, VersionSet versions) {
    History history = history(name);
    for (Dot dot : acknowledged.getOrDefault(name, List.of())) {
      check(
          versions.knows(dot) || history.isReaped(dot),
          () -> name + ": " + dot + " is missing from " + versions);
    }
    for (Version version : versions) {
      check(
          version.isTombstone()
              || version.expiresAtMillis() != Version.NEVER
              || !history.isReaped(version.dot()),
          () -> name + ": " + version + " was deleted and has come back");
    }
  }

  /**
   * Whether all acknowledged writes that a context covers are in the other one, or reaped. Who asks
   * for versions with fewer mirrors than is usual may be told of less while their owners are away:
   * see the limits in {@code docs/concepts/promises.md}.
   */
  boolean isPast(Name name, CausalContext asked, CausalContext seen) {
    History history = history(name);
    boolean mayBeMissed =
        history.coveredBy(asked).stream()
            .anyMatch(write -> isFewerThanUsual(history.versions.get(write)));
    for (Dot dot : acknowledged.getOrDefault(name, List.of())) {
      if (asked.covers(dot) && !seen.covers(dot) && !history.isReaped(dot)) {
        return mayBeMissed;
      }
    }
    return true;
  }

  private static boolean isFewerThanUsual(Version version) {
    int count = version.mirrors().count();
    return count > 0 && count < SimNode.USUAL_MIRRORS.count();
  }

  /** Whether some member has reaped all of these, and others may be about to. */
  boolean isReaped(Name name, VersionSet versions) {
    return versions.asList().stream().allMatch(one -> history(name).isReaped(one.dot()));
  }

  /** Writes that were deleted, and forgotten since. */
  int reapedWrites() {
    return histories.values().stream().mapToInt(history -> history.reaped.cardinality()).sum();
  }

  Set<Name> names() {
    return histories.keySet();
  }

  long puts() {
    return puts;
  }

  int writes() {
    return histories.values().stream().mapToInt(history -> history.dots.size()).sum();
  }

  int acknowledgedWrites() {
    return acknowledged.values().stream().mapToInt(List::size).sum();
  }

  static void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      throw new AssertionError(violation.get());
    }
  }
}
