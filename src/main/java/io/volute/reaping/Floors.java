package io.volute.reaping;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.entropy.FreshStore;
import io.volute.exchange.Obsolescence;
import io.volute.exchange.StoredQueue;
import io.volute.hashing.Partitions;
import io.volute.identity.Actor;
import io.volute.placement.Placements;
import io.volute.port.Clock;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Up to which dots of each actor this node knows, or has reaped, every version of the keys that it
 * owns. Source: the idea is that of causal stability (Baquero, Almeida and Shoker, "Making
 * operation-based CRDTs operation-based", 2014): what everybody is known to have seen needs no
 * memory.
 */
public final class Floors implements Obsolescence {
  /** Lives of members that are told apart; versions of further ones are never reaped. */
  public static final int MAX_ACTORS = 512;

  /** What issues dots. */
  public interface Dots {
    /** This life of the node. */
    Actor actor();

    /** The last dot that was issued in this life. */
    long issued();

    /** A new dot; empty while the disk is waited for. */
    Optional<Dot> next() throws StoreException;
  }

  private final Clock clock;
  private final Store store;
  private final StoredQueue stored;
  private final Placements placements;
  private final FloorNotes notes;
  private final SortedMap<Actor, Long> heard = new TreeMap<>();
  private final SortedMap<Actor, Long> floors;
  private byte[] cover;
  private Optional<Dots> dots = Optional.empty();

  /** Floors that were proven in this life of the process, and by which placement; 0 for none. */
  private SortedMap<Actor, Long> proven = Collections.emptySortedMap();

  private long provenFor;

  /** Of which keys; like {@link #cover}, which says it of the floors. */
  private byte[] provenCover = new byte[Partitions.COUNT];

  /** Whether what the store lacks may be of this node's own life. */
  private final boolean isDoubted;

  private long givenUp;

  /** What expires by then has expired by every member's clock; 0 where that is not known. */
  private long expiredMillis;

  public Floors(Clock clock, Store store, StoredQueue stored, Placements placements) {
    this.clock = clock;
    this.store = store;
    this.stored = stored;
    this.placements = placements;
    this.notes = new FloorNotes(store, stored);
    this.floors = notes.floors();
    this.cover = notes.cover();
    this.isDoubted = FreshStore.isDoubted(store);
    heard.putAll(floors);
  }

  /**
   * Takes back what a store's former lives have proven, before a kernel uses it: it was found to be
   * damaged and may lack what it once knew. Else it would refuse the copies that others have of
   * just that, and after a restart of theirs they would give them up. What it lacks says nothing
   * until it has been compared, as with a store that began empty.
   */
  public static void doubt(Store store) throws StoreException {
    FloorNotes.forgetCover(store);
    FreshStore.note(store);
  }

  /** Where dots for tombstones come from. */
  public void use(Dots issuer) {
    dots = Optional.of(issuer);
  }

  @Override
  public void heard(Dot dot) {
    heard(dot.actor(), dot.counter());
  }

  void heard(Actor actor, long counter) {
    if (heard.size() < MAX_ACTORS || heard.containsKey(actor)) {
      heard.merge(actor, counter, Math::max);
    }
  }

  /** The highest dots that anybody is known to have stored. */
  SortedMap<Actor, Long> heard() {
    dots.filter(own -> own.issued() > 0).ifPresent(own -> heard(own.actor(), own.issued()));
    return new TreeMap<>(heard);
  }

  /**
   * Notes that this node knows every version up to these dots of the keys that it owns. A node
   * whose store is fresh, and who takes itself for all there is, may reap by that, and refuses
   * nothing: what others bring when they have found it may be what it lost.
   *
   * @param least for each partition the least mirror count with which it owns keys
   * @param digest of the placement by which that was proven
   * @param wallMillis what the slowest clock of all members said
   * @param whenDurable runs once the floors may be relied upon
   */
  void prove(
      SortedMap<Actor, Long> dotsKnown,
      int[] least,
      long digest,
      long wallMillis,
      Runnable whenDurable)
      throws StoreException {
    byte[] nowCovered = new byte[Partitions.COUNT];
    for (int partition = 0; partition < least.length; partition++) {
      nowCovered[partition] = least[partition] > Mirrors.MAX_COUNT ? 0 : (byte) least[partition];
    }
    Map<Actor, Long> raised = new LinkedHashMap<>();
    dotsKnown.forEach(
        (actor, counter) -> {
          if (floors.getOrDefault(actor, 0L) < counter) {
            raised.put(actor, counter);
          }
        });
    expiredMillis = Math.max(expiredMillis, wallMillis);
    if (!FreshStore.isNoted(store)) {
      notes.keep(nowCovered, raised);
      cover = nowCovered;
      floors.putAll(raised);
    }
    stored.whenAllSoFar(
        () -> {
          proven = dotsKnown;
          provenFor = digest;
          provenCover = nowCovered;
          whenDurable.run();
        },
        () -> {});
  }

  /** What this life has proven by the present placement; empty when it has not yet. */
  SortedMap<Actor, Long> proven() {
    return provenFor == placements.digest() && placements.isSettled()
        ? proven
        : Collections.emptySortedMap();
  }

  private boolean isCovered(Name name, Mirrors mirrors) {
    return isCovered(cover, name, mirrors);
  }

  private static boolean isCovered(byte[] cover, Name name, Mirrors mirrors) {
    int least = cover[Partitions.of(name)] & 0xff;
    return least > 0 && MirrorRange.widthOf(mirrors) >= least;
  }

  private static boolean isUpTo(SortedMap<Actor, Long> floors, Dot dot) {
    return dot.counter() <= floors.getOrDefault(dot.actor(), 0L);
  }

  @Override
  public boolean isObsolete(Name name, Version version) {
    return isUpTo(floors, version.dot()) && isCovered(name, version.mirrors());
  }

  @Override
  public boolean insistsOn(Name name, Version version) {
    return version.isVisibleAt(clock.wallMillis())
        && isUpTo(proven(), version.dot())
        && isCovered(name, version.mirrors());
  }

  @Override
  public boolean giveUp(Name name, List<Version> obsolete) throws StoreException {
    VersionSet held = store.versions(name);
    if (held.asList().stream().noneMatch(obsolete::contains)) {
      return true;
    }
    if (held.asList().stream().allMatch(obsolete::contains)) {
      stored.made(store.remove(name));
      givenUp += held.size();
      return true;
    }
    Optional<Dot> dot = dots.isPresent() ? dots.get().next() : Optional.empty();
    if (dot.isEmpty()) {
      return false;
    }
    Version tombstone =
        new Version(
            dot.get(),
            replacedFor(held, obsolete),
            Version.Kind.TOMBSTONE,
            held.mirrors().orElseThrow(),
            clock.wallMillis(),
            Version.NEVER,
            "",
            0);
    stored.made(store.put(name, tombstone, Value.EMPTY, held.with(tombstone)));
    givenUp += obsolete.size();
    return true;
  }

  /** How many versions were given up since the start: owners had reaped them. */
  public long givenUp() {
    return givenUp;
  }

  /**
   * What a tombstone must replace for these to be gone. Where nothing is visible to anybody it is
   * all there is: a tombstone or an expired value of fewer mirrors is never refused, would keep the
   * key, and so have owners give up each other's newest tombstone for ever.
   */
  private CausalContext replacedFor(VersionSet held, List<Version> obsolete) {
    boolean isDeleted =
        held.asList().stream().noneMatch(version -> version.isVisibleAt(expiredMillis));
    CausalContext replaced = CausalContext.EMPTY;
    for (Version version : held) {
      boolean isReplaced = isDeleted || obsolete.contains(version);
      replaced = isReplaced ? replaced.join(version.context()) : replaced;
    }
    return replaced;
  }

  /**
   * Whether this life of the node has issued a dot and has proven that it knows or has reaped what
   * came of it. A node alone, whose store counts as fresh for as long as it meets nobody, keeps no
   * floors; what it has made and reaped itself it need not ask anybody for.
   */
  private boolean isOwnPast(Name name, Mirrors mirrors, Actor actor, long counter) {
    return !isDoubted
        && dots.isPresent()
        && actor.equals(dots.get().actor())
        && counter <= proven().getOrDefault(actor, 0L)
        && isCovered(provenCover, name, mirrors);
  }

  @Override
  public boolean isPast(Name name, Mirrors mirrors, CausalContext asked, CausalContext seen) {
    boolean covers = isCovered(name, mirrors);
    for (Actor actor : asked.actors()) {
      boolean isSeen = asked.firstMissingIn(seen, actor) == Long.MAX_VALUE;
      boolean isBelow = covers && asked.highest(actor) <= floors.getOrDefault(actor, 0L);
      isBelow |= isOwnPast(name, mirrors, actor, asked.highest(actor));
      if (!isSeen && !isBelow) {
        return false;
      }
    }
    return true;
  }
}
