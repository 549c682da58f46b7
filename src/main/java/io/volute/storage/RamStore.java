package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Interim. */
public final class RamStore implements StoreEngine {
  private final TreeMap<Name, VersionSet> keys = new TreeMap<>();
  private final Map<Name, Map<Dot, Value>> values = new LinkedHashMap<>();
  private final TreeMap<String, byte[]> notes = new TreeMap<>();
  private final StoreListener listener;
  private long sequence;
  private long flushed;
  private long bytes;

  public RamStore(StoreListener listener) {
    this.listener = listener;
  }

  @Override
  public void flush() {
    if (flushed != sequence) {
      flushed = sequence;
      listener.onStored(sequence);
    }
  }

  @Override
  public void close() {}

  @Override
  public VersionSet versions(Name name) {
    return keys.getOrDefault(name, VersionSet.EMPTY);
  }

  @Override
  public Optional<Value> value(Name name, Dot dot) {
    return Optional.ofNullable(values.getOrDefault(name, Map.of()).get(dot));
  }

  @Override
  public long put(Name name, Version version, Value value, VersionSet after) {
    keys.put(name, after);
    Map<Dot, Value> ofKey = values.computeIfAbsent(name, absent -> new TreeMap<>());
    ofKey.put(version.dot(), value);
    ofKey.keySet().removeIf(dot -> after.find(dot).isEmpty());
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
    List<NamedVersions> page = new ArrayList<>();
    for (Map.Entry<Name, VersionSet> entry :
        (after.isPresent() ? keys.tailMap(after.get(), false) : keys).entrySet()) {
      if (page.size() == limit) {
        break;
      }
      if (entry.getKey().startsWith(prefix)) {
        page.add(new NamedVersions(entry.getKey(), entry.getValue()));
      }
    }
    return page;
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
    return notes.keySet().stream()
        .filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public long keyCount() {
    return keys.size();
  }

  @Override
  public long valueBytes() {
    return bytes;
  }
}
