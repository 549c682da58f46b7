package io.volute.sim;

import io.volute.causal.Dot;
import io.volute.port.Blobs;
import io.volute.port.Clock;
import io.volute.port.KeyTree;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.DamagedIndexException;
import io.volute.storage.DurableStore;
import io.volute.storage.FsyncPolicy;
import io.volute.storage.SimulatedDisk;
import io.volute.storage.StoreListener;
import io.volute.storage.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The production log on a disk that tears and forgets what was not synced. */
final class LogDisk implements SimDisk {
  private static final long SEGMENT_BYTES = 16 << 10;
  private static final int BATCH_BYTES = 64 << 10;
  private static final int INDEX_ENTRIES = 64;

  /** Bits that rot at once. */
  private static final int MOST_BITS = 3;

  private final Witness witness;
  private final int life;
  private final Clock clock;
  private final SimulatedDisk disk;
  private final DurableStore durable;
  private final Store watched = new Watched();
  private long written;
  private long stored;
  private boolean failed;

  /** Whether bits on it were changed at some time. */
  private boolean hasRotted;

  private final List<Damaged> damaged = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param life decides on the digest keys, see {@link SimSecrets}
   */
  LogDisk(Witness witness, int life, Clock clock, SimDice dice) {
    this(witness, life, clock, new SimulatedDisk(dice.nextLong()), dice);
  }

  private LogDisk(Witness witness, int life, Clock clock, SimulatedDisk disk, SimDice dice) {
    this.witness = witness;
    this.life = life;
    this.clock = clock;
    this.disk = disk;
    StoreSettings settings =
        new StoreSettings(FsyncPolicy.ALWAYS, SEGMENT_BYTES, BATCH_BYTES, INDEX_ENTRIES)
            .withDigestKeys(SimSecrets.inLife(life));
    try {
      durable = DurableStore.openStepped(disk, settings, new Reports(), clock, dice);
    } catch (StoreException e) {
      throw new AssertionError("the store does not open again", e);
    }
  }

  private final class Reports implements StoreListener {
    @Override
    public void onStored(long sequence) {
      stored = sequence;
    }

    @Override
    public void onCompletion() {
      // Looked at after each turn.
    }

    @Override
    public void onDamaged(Name name, Dot dot) {
      damaged.add(new Damaged(name, dot));
    }

    @Override
    public void onStorePaused(String reason) {
      failed = true;
    }

    @Override
    public void onStoreFailed(String reason) {
      failed = true;
    }
  }

  @Override
  public Store store() {
    return watched;
  }

  @Override
  public long written() {
    return written;
  }

  @Override
  public void endTurn() {
    durable.flush();
  }

  @Override
  public long sync() {
    if (!failed) {
      durable.syncNow();
    }
    return failed ? -1 : stored;
  }

  @Override
  public void fail() {
    disk.failForcesAfter(0);
  }

  @Override
  public boolean hasCompletions() {
    return durable.hasCompletions();
  }

  @Override
  public void runCompletions() {
    durable.runCompletions();
  }

  @Override
  public boolean hasFailed() {
    return failed;
  }

  @Override
  public Optional<Store> durable() {
    boolean isWhole = written == stored && !failed && (!hasRotted || canAllBeRead());
    return isWhole ? Optional.of(watched) : Optional.empty();
  }

  private boolean canAllBeRead() {
    try {
      for (Store.NamedVersions one :
          durable.list(new byte[0], Optional.empty(), Integer.MAX_VALUE)) {
        for (Version version : one.versions()) {
          durable.value(one.name(), version.dot());
        }
      }
      return true;
    } catch (StoreException | DamagedIndexException e) {
      return false;
    }
  }

  @Override
  public void rot(SimDice dice) {
    hasRotted = true;
    for (int i = 1 + dice.nextBelow(MOST_BITS); i > 0; i--) {
      String file = dice.pick(disk.files());
      byte[] content = disk.content(file);
      if (content.length > 0) {
        content[dice.nextBelow(content.length)] ^= (byte) (1 << dice.nextBelow(Byte.SIZE));
        disk.overwrite(file, content);
      }
    }
  }

  @Override
  public List<Damaged> takeDamaged() {
    List<Damaged> taken = List.copyOf(damaged);
    damaged.clear();
    return taken;
  }

  @Override
  public boolean isFoundDamaged() {
    return durable.evidence().damaged();
  }

  @Override
  public boolean isTailCut() {
    return durable.evidence().tailCut();
  }

  @Override
  public SimDisk after(Crash crash, SimDice dice) {
    SimulatedDisk left = disk;
    switch (crash) {
      case KILL -> {}
      case ROT -> rot(dice);
      case POWER_LOSS, POWER_LOSS_OF_ALL_UNSYNCED -> left.restart();
      case WIPE -> left = new SimulatedDisk(dice.nextLong());
    }
    left.failForcesAfter(Integer.MAX_VALUE);
    LogDisk next = new LogDisk(witness, life + 1, clock, left, dice);
    next.hasRotted = hasRotted;
    return next;
  }

  /** Passes everything on, tells the witness of puts, and remembers how far changes got. */
  private final class Watched implements Store {
    @Override
    public VersionSet versions(Name name) {
      return durable.versions(name);
    }

    @Override
    public Blobs blobs() {
      return durable.blobs();
    }

    @Override
    public Optional<Value> value(Name name, Dot dot) throws StoreException {
      return durable.value(name, dot);
    }

    @Override
    public long put(Name name, Version version, Value value, VersionSet after)
        throws StoreException {
      VersionSet before = durable.versions(name);
      written = durable.put(name, version, value, after);
      witness.onPut(name, version, value, before, durable.versions(name));
      return written;
    }

    @Override
    public long remove(Name name) throws StoreException {
      VersionSet held = durable.versions(name);
      written = durable.remove(name);
      witness.onRemove(name, held);
      return written;
    }

    @Override
    public List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit)
        throws StoreException {
      return durable.list(prefix, after, limit);
    }

    @Override
    public long putNote(String key, byte[] content) throws StoreException {
      written = durable.putNote(key, content);
      return written;
    }

    @Override
    public long removeNote(String key) throws StoreException {
      written = durable.removeNote(key);
      return written;
    }

    @Override
    public Optional<byte[]> note(String key) {
      return durable.note(key);
    }

    @Override
    public List<String> notes(String prefix, String after, int limit) {
      return durable.notes(prefix, after, limit);
    }

    @Override
    public KeyTree tree() {
      return durable.tree();
    }

    @Override
    public long keyCount() {
      return durable.keyCount();
    }

    @Override
    public long valueBytes() {
      return durable.valueBytes();
    }
  }
}
