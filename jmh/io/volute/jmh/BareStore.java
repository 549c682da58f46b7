package io.volute.jmh;

import io.volute.causal.Dot;
import io.volute.port.Blobs;
import io.volute.port.KeyTree;
import io.volute.port.Store;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.StoredTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * As little of a store as a kernel can write to: a hash map of versions, and the newest value of
 * each key. What a benchmark measures over it is the core's own work.
 */
final class BareStore implements Store {
  private final Map<Name, VersionSet> keys = new HashMap<>();
  private final Map<Name, Value> values = new HashMap<>();
  private final TreeMap<String, byte[]> notes = new TreeMap<>();

  /** Stays empty: anti-entropy is not what is measured. */
  private final StoredTree tree = StoredTree.onHeap(this::versions);

  private long sequence;

  /** The sequence number of the last change. */
  long written() {
    return sequence;
  }

  @Override
  public VersionSet versions(Name name) {
    return keys.getOrDefault(name, VersionSet.EMPTY);
  }

  @Override
  public Optional<Value> value(Name name, Dot dot) {
    return Optional.ofNullable(values.get(name));
  }

  @Override
  public long put(Name name, Version version, Value value, VersionSet after) {
    keys.put(name, after);
    values.put(name, value);
    return ++sequence;
  }

  @Override
  public long remove(Name name) {
    keys.remove(name);
    values.remove(name);
    return ++sequence;
  }

  @Override
  public List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit) {
    if (!keys.isEmpty()) {
      throw new UnsupportedOperationException("only a fresh node's first sweep lists keys here");
    }
    return List.of();
  }

  @Override
  public long putNote(String key, byte[] content) {
    notes.put(key, content);
    return ++sequence;
  }

  @Override
  public long removeNote(String key) {
    notes.remove(key);
    return ++sequence;
  }

  @Override
  public Optional<byte[]> note(String key) {
    return Optional.ofNullable(notes.get(key));
  }

  @Override
  public List<String> notes(String prefix, String after, int limit) {
    return notes.tailMap(after.isEmpty() ? prefix : after, after.isEmpty()).keySet().stream()
        .takeWhile(key -> key.startsWith(prefix))
        .limit(limit)
        .toList();
  }

  @Override
  public KeyTree tree() {
    return tree;
  }

  @Override
  public Blobs blobs() {
    throw new UnsupportedOperationException("no value here is a large one");
  }

  @Override
  public long keyCount() {
    return keys.size();
  }

  @Override
  public long valueBytes() {
    return 0;
  }
}
