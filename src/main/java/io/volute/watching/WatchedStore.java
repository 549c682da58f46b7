package io.volute.watching;

import io.volute.causal.Dot;
import io.volute.port.Blobs;
import io.volute.port.KeyTree;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A store that tells of each version that is put into it; all else passes through. */
final class WatchedStore implements Store {
  private final Store store;
  private final BiConsumer<Name, Version> onPut;

  /**
   * @param onPut gets each version once the store has taken it
   */
  WatchedStore(Store store, BiConsumer<Name, Version> onPut) {
    this.store = store;
    this.onPut = onPut;
  }

  @Override
  public long put(Name name, Version version, Value value, VersionSet after) throws StoreException {
    long sequence = store.put(name, version, value, after);
    onPut.accept(name, version);
    return sequence;
  }

  @Override
  public VersionSet versions(Name name) {
    return store.versions(name);
  }

  @Override
  public Optional<Value> value(Name name, Dot dot) throws StoreException {
    return store.value(name, dot);
  }

  @Override
  public Blobs blobs() {
    return store.blobs();
  }

  @Override
  public long remove(Name name) throws StoreException {
    return store.remove(name);
  }

  @Override
  public List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit)
      throws StoreException {
    return store.list(prefix, after, limit);
  }

  @Override
  public long putNote(String key, byte[] content) throws StoreException {
    return store.putNote(key, content);
  }

  @Override
  public long removeNote(String key) throws StoreException {
    return store.removeNote(key);
  }

  @Override
  public Optional<byte[]> note(String key) {
    return store.note(key);
  }

  @Override
  public List<String> notes(String prefix, String after, int limit) {
    return store.notes(prefix, after, limit);
  }

  @Override
  public KeyTree tree() {
    return store.tree();
  }

  @Override
  public long keyCount() {
    return store.keyCount();
  }

  @Override
  public long valueBytes() {
    return store.valueBytes();
  }
}
