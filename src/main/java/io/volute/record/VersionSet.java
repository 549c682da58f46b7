package io.volute.record;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The live versions of a key: those that no other one of them replaces. Several of them are
 * siblings.
 *
 * <p>Each version carries what it replaces, so sets merge version by version, in any order and any
 * number of times, to the same result: adding is idempotent, commutative and associative. That is
 * what lets the log be replayed in any order, compaction copy a version anywhere, and peers send
 * single versions. It needs one thing of who makes versions: a version that replaces another also
 * replaces all that the other did, see {@link #contextFor}.
 *
 * <p>Immutable. Ordered by dot, so equal sets iterate alike everywhere.
 */
public final class VersionSet implements Iterable<Version> {
  public static final VersionSet EMPTY = new VersionSet();

  /** Newest by wall clock first, ties by node id: the order in which siblings are shown. */
  public static final Comparator<Version> NEWEST_FIRST =
      Comparator.comparingLong(Version::writtenAtMillis).thenComparing(Version::dot).reversed();

  /** In order; most sets have one, and nothing around it. */
  private final Version[] versions;

  private VersionSet(Version... versions) {
    this.versions = versions;
  }

  public static VersionSet of(Version version) {
    return new VersionSet(version);
  }

  /** The set that results from adding each of these, in whatever order. */
  public static VersionSet of(Iterable<Version> versions) {
    VersionSet set = EMPTY;
    for (Version version : versions) {
      set = set.with(version);
    }
    return set;
  }

  public boolean isEmpty() {
    return versions.length == 0;
  }

  public int size() {
    return versions.length;
  }

  /** One of them, in the order of their dots, from 0 on. */
  public Version get(int index) {
    return versions[index];
  }

  /** This set after learning of a version; the same object when that changes nothing. */
  public VersionSet with(Version added) {
    if (knows(added.dot())) {
      return this;
    }
    if (versions.length == 0
        || versions.length == 1 && added.replaces().covers(versions[0].dot())) {
      return new VersionSet(added);
    }
    List<Version> kept = new ArrayList<>(versions.length + 1);
    boolean placed = false;
    for (Version version : versions) {
      if (added.replaces().covers(version.dot())) {
        continue;
      }
      if (!placed && added.dot().compareTo(version.dot()) < 0) {
        kept.add(added);
        placed = true;
      }
      kept.add(version);
    }
    if (!placed) {
      kept.add(added);
    }
    return new VersionSet(kept.toArray(new Version[0]));
  }

  /** The union of what both know. */
  public VersionSet merge(VersionSet other) {
    VersionSet merged = this;
    for (Version version : other.versions) {
      merged = merged.with(version);
    }
    return merged;
  }

  /** Whether the write of this dot is in the set, or replaced by one that is. */
  public boolean knows(Dot dot) {
    for (Version version : versions) {
      if (version.dot().equals(dot) || version.replaces().covers(dot)) {
        return true;
      }
    }
    return false;
  }

  /** The versions in the order of their dots; immutable. */
  public List<Version> asList() {
    return List.of(versions);
  }

  public Optional<Version> find(Dot dot) {
    for (Version version : versions) {
      if (version.dot().equals(dot)) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  /**
   * All that this set has seen: the token of a read. A write with it replaces every version here.
   */
  public CausalContext context() {
    if (versions.length == 1) {
      return versions[0].context();
    }
    CausalContext context = CausalContext.EMPTY;
    for (Version version : versions) {
      context = context.join(version.replaces()).with(version.dot());
    }
    return context;
  }

  /**
   * What a new version replaces when its writer asked to replace {@code asked}: with each version
   * here that it covers, also all that this one had replaced. Without that a replaced version could
   * come back once the one that replaced it is gone.
   */
  public CausalContext contextFor(CausalContext asked) {
    CausalContext closed = asked;
    for (Version version : versions) {
      if (asked.covers(version.dot())) {
        closed = closed.join(version.replaces());
      }
    }
    return closed;
  }

  /** The versions in which a reader at this time sees a value, newest first. */
  public List<Version> visibleAt(long wallMillis) {
    if (versions.length == 1) {
      return versions[0].isVisibleAt(wallMillis) ? List.of(versions[0]) : List.of();
    }
    List<Version> visible = new ArrayList<>(versions.length);
    for (Version version : versions) {
      if (version.isVisibleAt(wallMillis)) {
        visible.add(version);
      }
    }
    visible.sort(NEWEST_FIRST);
    return visible;
  }

  /** How many versions a reader at this time sees a value in. */
  public int countVisibleAt(long wallMillis) {
    int count = 0;
    for (Version version : versions) {
      count += version.isVisibleAt(wallMillis) ? 1 : 0;
    }
    return count;
  }

  /** The widest mirror count of any version: who keeps one of them keeps the key. */
  public Optional<Mirrors> mirrors() {
    if (versions.length == 0) {
      return Optional.empty();
    }
    Mirrors widest = versions[0].mirrors();
    for (Version version : versions) {
      widest = widest.widest(version.mirrors());
    }
    return Optional.of(widest);
  }

  @Override
  public Iterator<Version> iterator() {
    return asList().iterator();
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof VersionSet other
        && hasDotsOf(other)
        && Arrays.equals(versions, other.versions);
  }

  /** Whether the versions have the same names, which is quickly told. */
  private boolean hasDotsOf(VersionSet other) {
    if (versions.length != other.versions.length) {
      return false;
    }
    for (int i = 0; i < versions.length; i++) {
      if (!versions[i].dot().equals(other.versions[i].dot())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(versions);
  }

  @Override
  public String toString() {
    return Arrays.stream(versions).map(version -> version.dot().toString()).toList().toString();
  }
}
