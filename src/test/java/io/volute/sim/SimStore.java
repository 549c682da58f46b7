package io.volute.sim;

import io.volute.causal.Dot;
import io.volute.hashing.DigestKey;
import io.volute.port.Blobs;
import io.volute.port.KeyTree;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.Completions;
import io.volute.storage.HeapBlobs;
import io.volute.storage.StoredTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A store on a disk that forgets: changes are entries of a log; after a crash just a beginning of
 * the log is left, at least all that was synced. The state is always what the log's entries lead
 * to, merged version by version as the real log is replayed.
 */
final class SimStore implements Store, SimDisk {
  /** Records that rot at once. */
  private static final int MOST_LOST = 4;

  private sealed interface Entry {
    record Put(Name name, Version version, Value value) implements Entry {}

    record Remove(Name name) implements Entry {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record PutNote(String key, byte[] content) implements Entry {}

    record RemoveNote(String key) implements Entry {}
  }

  private final List<Entry> log;
  private final Map<Name, VersionSet> keys = new TreeMap<>();
  private final Map<Name, Map<Dot, Value>> values = new TreeMap<>();
  private final TreeMap<String, byte[]> notes = new TreeMap<>();
  private final List<DigestKey> digestKeys;
  private final int life;
  private final StoredTree tree;
  private final Witness witness;
  private final Completions completions = new Completions(() -> {});
  private final HeapBlobs blobs;
  private int synced;
  private boolean refuses;

  /** Versions whose values can't be read back. */
  private final Set<Dot> rotten = new TreeSet<>();

  private final List<Damaged> damaged = new ArrayList<>();
  private boolean isFoundDamaged;

  SimStore(Witness witness) {
    this(witness, -1);
  }

  /**
   * An empty one.
   *
   * @param life decides on the digest keys, see {@link SimSecrets}
   */
  SimStore(Witness witness, int life) {
    this.life = life;
    this.digestKeys = SimSecrets.inLife(life);
    this.tree = StoredTree.onHeap(this::versions, digestKeys);
    this.witness = witness;
    this.log = new ArrayList<>();
    this.blobs = new HeapBlobs(completions, this::takesMemory);
  }

  private SimStore(SimStore left, List<Entry> kept) {
    this(left, kept, left.life < 0 ? left.digestKeys : SimSecrets.inLife(left.life + 1));
  }

  private SimStore(SimStore left, List<Entry> kept, List<DigestKey> digestKeys) {
    this.life = left.life < 0 ? left.life : left.life + 1;
    this.digestKeys = digestKeys;
    this.tree = StoredTree.onHeap(this::versions, digestKeys);
    this.witness = left.witness;
    this.blobs = left.blobs.survivors(completions, this::takesMemory);
    this.log = new ArrayList<>(kept);
    this.synced = kept.size();
    kept.forEach(this::replay);
    this.rotten.addAll(left.rotten);
  }

  private boolean takesMemory(long bytes) {
    return bytes <= 0 || !refuses;
  }

  private void replay(Entry entry) {
    Optional<Name> name = changed(entry);
    VersionSet before = name.map(this::versions).orElse(VersionSet.EMPTY);
    apply(entry);
    name.ifPresent(key -> tree.changedOnHeap(key, before, versions(key)));
  }

  private static Optional<Name> changed(Entry entry) {
    if (entry instanceof Entry.Put put) {
      return Optional.of(put.name());
    }
    return entry instanceof Entry.Remove remove ? Optional.of(remove.name()) : Optional.empty();
  }

  private void apply(Entry entry) {
    if (entry instanceof Entry.Put put) {
      keys.merge(put.name(), VersionSet.of(put.version()), VersionSet::merge);
      keepValues(put.name(), put.version(), put.value());
    } else if (entry instanceof Entry.Remove remove) {
      keys.remove(remove.name());
      values.remove(remove.name());
    } else if (entry instanceof Entry.PutNote note) {
      notes.put(note.key(), note.content());
    } else if (entry instanceof Entry.RemoveNote note) {
      notes.remove(note.key());
    }
  }

  private void keepValues(Name name, Version version, Value value) {
    Map<Dot, Value> ofKey = values.computeIfAbsent(name, absent -> new TreeMap<>());
    ofKey.put(version.dot(), value);
    VersionSet live = keys.get(name);
    ofKey.keySet().removeIf(dot -> live.find(dot).isEmpty());
  }

  @Override
  public Store store() {
    return this;
  }

  @Override
  public long written() {
    return log.size();
  }

  @Override
  public void endTurn() {
    // Every change is written as it is made.
  }

  @Override
  public long sync() {
    if (refuses) {
      return -1;
    }
    synced = log.size();
    return synced;
  }

  @Override
  public void fail() {
    refuses = true;
  }

  @Override
  public boolean hasFailed() {
    return refuses;
  }

  @Override
  public SimStore after(Crash crash, SimDice dice) {
    return switch (crash) {
      case KILL -> new SimStore(this, log);
      case POWER_LOSS ->
          new SimStore(this, log.subList(0, synced + dice.nextBelow(log.size() - synced + 1)));
      case POWER_LOSS_OF_ALL_UNSYNCED -> new SimStore(this, log.subList(0, synced));
      case WIPE -> new SimStore(witness, life);
      case ROT -> withEntriesLost(dice);
    };
  }

  /** Some records can't be read any more, of those that count and of those that are over. */
  private SimStore withEntriesLost(SimDice dice) {
    List<Entry> kept = new ArrayList<>(log);
    List<Entry> counting = log.stream().filter(this::isCounting).toList();
    for (int i = 1 + dice.nextBelow(MOST_LOST); i > 0 && !counting.isEmpty(); i--) {
      Entry lost = dice.chance(0.8) ? dice.pick(counting) : dice.pick(log);
      kept.removeIf(entry -> entry == lost);
    }
    SimStore left = new SimStore(this, kept);
    left.isFoundDamaged = true;
    return left;
  }

  private boolean isCounting(Entry entry) {
    if (entry instanceof Entry.Put put) {
      return versions(put.name()).find(put.version().dot()).isPresent();
    }
    return !(entry instanceof Entry.PutNote note) || notes.get(note.key()) == note.content();
  }

  @Override
  public void rot(SimDice dice) {
    for (int i = 1 + dice.nextBelow(MOST_LOST); i > 0 && !keys.isEmpty(); i--) {
      rot(dice.pick(List.copyOf(keys.keySet())));
    }
  }

  /** What is kept of a key can't be read back any more. */
  void rot(Name name) {
    versions(name).forEach(version -> rotten.add(version.dot()));
  }

  @Override
  public List<Damaged> takeDamaged() {
    List<Damaged> taken = List.copyOf(damaged);
    damaged.clear();
    return taken;
  }

  @Override
  public boolean isFoundDamaged() {
    return isFoundDamaged;
  }

  /** What a process finds that knows these secrets. */
  SimStore under(List<DigestKey> keys) {
    return new SimStore(this, log, keys);
  }

  @Override
  public Optional<Store> durable() {
    List<Entry> readable =
        log.subList(0, synced).stream()
            .filter(one -> !(one instanceof Entry.Put put) || !rotten.contains(put.version().dot()))
            .toList();
    return Optional.of(new SimStore(this, readable));
  }

  /** A copy of the disk as the operating system sees it. */
  SimStore copy() {
    return new SimStore(this, log);
  }

  @Override
  public Optional<SimDisk> backup() {
    return Optional.of(copy());
  }

  @Override
  public Blobs blobs() {
    return blobs;
  }

  @Override
  public boolean hasCompletions() {
    return !completions.isEmpty();
  }

  @Override
  public void runCompletions() {
    completions.run();
  }

  private long append(Entry entry) throws StoreException {
    if (refuses) {
      throw new StoreException("the disk has failed");
    }
    log.add(entry);
    replay(entry);
    return log.size();
  }

  @Override
  public VersionSet versions(Name name) {
    return keys.getOrDefault(name, VersionSet.EMPTY);
  }

  @Override
  public Optional<Value> value(Name name, Dot dot) throws StoreException {
    if (rotten.contains(dot) && versions(name).find(dot).isPresent()) {
      damaged.add(new Damaged(name, dot));
      throw new StoreException("the value has rotted");
    }
    return Optional.ofNullable(values.getOrDefault(name, Map.of()).get(dot));
  }

  @Override
  public long put(Name name, Version version, Value value, VersionSet after) throws StoreException {
    VersionSet before = versions(name);
    blobs.claim(value);
    long sequence = append(new Entry.Put(name, version, value));
    rotten.remove(version.dot());
    witness.onPut(name, version, value, before, versions(name));
    if (!versions(name).equals(after)) {
      throw new AssertionError(
          "put of " + version + " leads to " + versions(name) + ", the core says " + after);
    }
    return sequence;
  }

  @Override
  public long remove(Name name) throws StoreException {
    VersionSet held = versions(name);
    long sequence = append(new Entry.Remove(name));
    witness.onRemove(name, held);
    return sequence;
  }

  @Override
  public List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit) {
    List<NamedVersions> page = new ArrayList<>();
    for (Map.Entry<Name, VersionSet> entry : keys.entrySet()) {
      if (page.size() < limit
          && entry.getKey().startsWith(prefix)
          && (after.isEmpty() || entry.getKey().compareTo(after.get()) > 0)) {
        page.add(new NamedVersions(entry.getKey(), entry.getValue()));
      }
    }
    return page;
  }

  @Override
  public long putNote(String key, byte[] content) throws StoreException {
    return append(new Entry.PutNote(key, content));
  }

  @Override
  public long removeNote(String key) throws StoreException {
    return append(new Entry.RemoveNote(key));
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
  public KeyTree tree() {
    return tree;
  }

  @Override
  public long keyCount() {
    return keys.size();
  }

  @Override
  public long valueBytes() {
    long bytes = 0;
    for (VersionSet versions : keys.values()) {
      for (Version version : versions) {
        bytes += version.sizeBytes();
      }
    }
    return bytes;
  }

  Map<Name, VersionSet> all() {
    return keys;
  }
}
