package io.volute.storage;

import io.volute.causal.Dot;
import io.volute.hashing.DigestKey;
import io.volute.port.Blobs;
import io.volute.port.KeyTree;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The store that keeps nothing on disk ({@code --store ram}). What it holds is bounded by an
 * estimate of the heap it takes; a change beyond is refused and all else goes on.
 */
public final class RamStore implements StoreEngine {
  /** What a key and a version take beside their bytes, roughly: objects, map nodes, references. */
  private static final long KEY_OVERHEAD_BYTES = 208;

  /** What its entries in the tree take, besides the names in them. */
  private static final long TREE_OVERHEAD_BYTES = 2 * 96;

  private static final long VERSION_OVERHEAD_BYTES = 400;

  private final long maxBytes;
  private final StoreReporter reporter;
  private final KeyTable<HeldKey> keys = new KeyTable<>();

  /** The names in order, for listings; a change of a key that is there already needs none of it. */
  private final NavigableMap<byte[], Name> names = new TreeMap<>(Arrays::compareUnsigned);

  private final StoredTree tree;
  private final Notes notes = new Notes();
  private final Completions completions;
  private final HeapBlobs blobs;
  private long heldBytes;
  private long valueBytes;
  private long sequence;

  /** Makes an empty store for a node without a cluster's secret. */
  public RamStore(long maxBytes, StoreListener listener) {
    this(maxBytes, List.of(DigestKey.PLAIN), listener);
  }

  /**
   * Makes an empty store.
   *
   * @param maxBytes the bound
   * @param digestKeys by which the sums of the hash tree are made, as {@link StoreSettings} has
   *     them
   */
  public RamStore(long maxBytes, List<DigestKey> digestKeys, StoreListener listener) {
    this.maxBytes = maxBytes;
    this.tree = StoredTree.onHeap(this::versions, digestKeys);
    this.reporter = new StoreReporter(listener);
    this.completions = new Completions(listener::onCompletion);
    this.blobs = new HeapBlobs(completions, this::tryAccount);
  }

  @Override
  public VersionSet versions(Name name) {
    return held(name).versions();
  }

  private HeldKey held(Name name) {
    return keys.getOrDefault(name, HeldKey.NOTHING);
  }

  @Override
  public Optional<Value> value(Name name, Dot dot) {
    return Optional.ofNullable(held(name).value(dot));
  }

  @Override
  public long put(Name name, Version version, Value value, VersionSet after) throws StoreException {
    if (version.sizeBytes() != value.sizeBytes()) {
      throw new IllegalArgumentException(version + " with " + value);
    }
    HeldKey before = held(name);
    VersionSet known = before.versions();
    HeldKey now = before.with(version, value, after);
    account(estimatedBytes(name, now) - estimatedBytes(name, before));
    blobs.claim(value);
    before.forEachValue((dot, old) -> releaseUnless(now.value(dot) != null, old));
    valueBytes += now.valueBytes() - before.valueBytes();
    if (keys.put(name, now)) {
      names.put(name.utf8(), name);
    }
    tree.changedOnHeap(name, known, after);
    return ++sequence;
  }

  private static long estimatedBytes(Name name, HeldKey held) {
    int versions = held.size();
    return versions == 0
        ? 0
        : KEY_OVERHEAD_BYTES
            + TREE_OVERHEAD_BYTES
            + 3L * name.sizeBytes()
            + VERSION_OVERHEAD_BYTES * versions
            + held.inlineBytes();
  }

  private void releaseUnless(boolean kept, Value value) {
    if (!kept) {
      blobs.release(value);
    }
  }

  private void account(long more) throws StoreException {
    if (!tryAccount(more)) {
      throw new StoreException(
          "memory is full: the store may keep " + maxBytes + " bytes (--max-memory)");
    }
  }

  private boolean tryAccount(long more) {
    if (more > 0 && heldBytes + more > maxBytes) {
      return false;
    }
    heldBytes += more;
    return true;
  }

  @Override
  public Blobs blobs() {
    return blobs;
  }

  @Override
  public int runCompletions() {
    return completions.run();
  }

  @Override
  public boolean hasCompletions() {
    return !completions.isEmpty();
  }

  @Override
  public long remove(Name name) throws StoreException {
    HeldKey before = held(name);
    account(-estimatedBytes(name, before));
    before.forEachValue((dot, old) -> blobs.release(old));
    valueBytes -= before.valueBytes();
    keys.remove(name);
    names.remove(name.utf8());
    tree.changedOnHeap(name, before.versions(), VersionSet.EMPTY);
    return ++sequence;
  }

  @Override
  public List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit) {
    List<NamedVersions> page = new ArrayList<>();
    for (Name name : names.tailMap(NamePage.lowest(prefix, after)).values()) {
      if (page.size() == limit || !name.startsWith(prefix)) {
        break;
      }
      page.add(new NamedVersions(name, versions(name)));
    }
    return page;
  }

  @Override
  public long putNote(String key, byte[] content) throws StoreException {
    int keyBytes = Notes.keyBytes(key).length;
    Notes.checkContent(content);
    long freed = notes.get(key).map(old -> KEY_OVERHEAD_BYTES + keyBytes + old.length).orElse(0L);
    account(KEY_OVERHEAD_BYTES + keyBytes + content.length - freed);
    notes.put(key, content.clone());
    return ++sequence;
  }

  @Override
  public long removeNote(String key) throws StoreException {
    Optional<byte[]> old = notes.get(key);
    if (old.isPresent()) {
      account(-(KEY_OVERHEAD_BYTES + Notes.keyBytes(key).length + old.get().length));
      notes.remove(key);
    }
    return ++sequence;
  }

  @Override
  public Optional<byte[]> note(String key) {
    return notes.get(key);
  }

  @Override
  public List<String> notes(String prefix, String after, int limit) {
    return notes.list(prefix, after, limit);
  }

  @Override
  public KeyTree tree() {
    return tree;
  }

  @Override
  public long keyCount() {
    return keys.size();
  }

  @Override
  public long valueBytes() {
    return valueBytes;
  }

  @Override
  public boolean beginScrub() {
    return false;
  }

  @Override
  public ScrubProgress scrubProgress() {
    return ScrubProgress.NONE;
  }

  @Override
  public boolean beginBackup(Path target, Consumer<BackupResult> whenDone) {
    return false;
  }

  @Override
  public void flush() {
    reporter.stored(sequence);
  }

  @Override
  public void close() {
    flush();
  }
}
