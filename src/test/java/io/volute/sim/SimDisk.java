package io.volute.sim;

import io.volute.causal.Dot;
import io.volute.port.Store;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;

/** A node's disk with the store on it, which outlives the node's process. */
interface SimDisk {
  /** Sees each version that is added anywhere. */
  interface Witness {
    void onPut(Name name, Version version, Value value, VersionSet before, VersionSet after);

    /** A key is forgotten, with these versions. */
    default void onRemove(Name name, VersionSet held) {
      // Not everybody cares.
    }
  }

  /** What a crash leaves of the disk. */
  enum Crash {
    /** The process is killed; the operating system keeps what was written. */
    KILL,
    /** The power fails; what was not synced may be gone. */
    POWER_LOSS,
    /** The power fails, and all that was not synced is gone. */
    POWER_LOSS_OF_ALL_UNSYNCED,
    /** The disk is gone. */
    WIPE,
    /** The process is killed, and some of what lies on the disk has rotted meanwhile. */
    ROT
  }

  /** A version whose value can't be read back. */
  record Damaged(Name name, Dot dot) {}

  /** The store as the running process sees it. */
  Store store();

  /** The sequence number of the last change. */
  long written();

  /** The turn ends: what it put is written. */
  void endTurn();

  /**
   * Makes what is written durable.
   *
   * @return up to which change the store reports it; −1 when it has failed
   */
  long sync();

  /** From now on nothing can be written. */
  void fail();

  boolean hasFailed();

  /** Whether something that was asked of the blobs is done and not yet told. */
  boolean hasCompletions();

  /** Tells of it. */
  void runCompletions();

  /** Some of what lies on the disk rots, and nobody has noticed yet. */
  void rot(SimDice dice);

  /** What was read in vain since this was asked last. */
  List<Damaged> takeDamaged();

  /** Whether opening the store has found more than a crash can do. */
  boolean isFoundDamaged();

  /** Whether opening it has cut off what may be a write that a crash ended. */
  default boolean isTailCut() {
    return false;
  }

  /** The disk after a crash, with its store opened again. */
  SimDisk after(Crash crash, SimDice dice);

  /** What could be read if the power failed now; empty where that can't be said. */
  Optional<Store> durable();

  /** A copy of all that is written, as a backup has it; empty where disks are not copied. */
  default Optional<SimDisk> backup() {
    return Optional.empty();
  }
}
