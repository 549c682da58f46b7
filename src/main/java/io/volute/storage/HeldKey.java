package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A key's state in memory, replaced as a whole by each change. Nearly every key has one version: of
 * such a one there is nothing between the table and the version, since what is far apart in memory
 * is what finding a key costs.
 *
 * <p>Immutable.
 */
abstract sealed class HeldKey {
  static final HeldKey NOTHING = new Siblings(VersionSet.EMPTY, Map.of());

  abstract VersionSet versions();

  /** How many versions there are. */
  abstract int size();

  /** The value of a version; null when there is no such version. */
  abstract Value value(Dot dot);

  abstract void forEachValue(BiConsumer<Dot, Value> action);

  /** The bytes of all values. */
  abstract long valueBytes();

  /** Of those that are no blobs, which are counted by themselves. */
  abstract long inlineBytes();

  /**
   * The state after a change.
   *
   * @param after the versions that are left, with values that are here or the new one
   */
  final HeldKey with(Version version, Value value, VersionSet after) {
    if (after.size() == 1 && after.get(0).dot().equals(version.dot())) {
      return new Single(after.get(0), value);
    }
    Map<Dot, Value> values = new HashMap<>();
    for (Version kept : after) {
      Value bytes = kept.dot().equals(version.dot()) ? value : value(kept.dot());
      if (bytes == null) {
        throw new IllegalArgumentException("no value of " + kept.dot());
      }
      values.put(kept.dot(), bytes);
    }
    if (!values.containsKey(version.dot())) {
      throw new IllegalArgumentException(version.dot() + " is not among the versions to keep");
    }
    return new Siblings(after, values);
  }

  private static long inlineBytesOf(Value value) {
    return value instanceof Value.Inline ? value.sizeBytes() : 0;
  }

  private static final class Single extends HeldKey {
    private final Version version;
    private final Value value;

    Single(Version version, Value value) {
      this.version = version;
      this.value = value;
    }

    @Override
    VersionSet versions() {
      return VersionSet.of(version);
    }

    @Override
    int size() {
      return 1;
    }

    @Override
    Value value(Dot dot) {
      return version.dot().equals(dot) ? value : null;
    }

    @Override
    void forEachValue(BiConsumer<Dot, Value> action) {
      action.accept(version.dot(), value);
    }

    @Override
    long valueBytes() {
      return version.sizeBytes();
    }

    @Override
    long inlineBytes() {
      return inlineBytesOf(value);
    }
  }

  private static final class Siblings extends HeldKey {
    private final VersionSet versions;
    private final Map<Dot, Value> values;

    Siblings(VersionSet versions, Map<Dot, Value> values) {
      this.versions = versions;
      this.values = values;
    }

    @Override
    VersionSet versions() {
      return versions;
    }

    @Override
    int size() {
      return versions.size();
    }

    @Override
    Value value(Dot dot) {
      return values.get(dot);
    }

    @Override
    void forEachValue(BiConsumer<Dot, Value> action) {
      values.forEach(action);
    }

    @Override
    long valueBytes() {
      return values.values().stream().mapToLong(Value::sizeBytes).sum();
    }

    @Override
    long inlineBytes() {
      return values.values().stream().mapToLong(HeldKey::inlineBytesOf).sum();
    }
  }
}
