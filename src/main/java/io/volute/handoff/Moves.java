package io.volute.handoff;

import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.membership.Membership;
import io.volute.membership.Roster;
import io.volute.placement.Placement;
import io.volute.placement.Placements;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;

/**
 * Moves keys when their owners change: begins an epoch of placement, has all members compare what
 * they hold by it, and ends the ones before once everyone alive has its share in place. Nobody is
 * asked: each member follows the roster and what the others declare in it. See {@code
 * docs/adr/0009}.
 */
public final class Moves implements Roster.Observer {
  /** Has keys compared and exchanged with all members. */
  public interface Comparing {
    /** From the first key to the last, with everyone, by the newest placement. */
    void compareAll();

    /** Whether all reachable members have done so with this node, by the newest placement. */
    boolean isBroughtAll();

    /** Whether all who can be reached have compared with this node, and this node with them. */
    boolean isComplete();
  }

  private static final long REVIEW_MILLIS = 250;

  private final Surroundings around;
  private final Membership membership;
  private final Comparing comparing;
  private final EpochNotes notes;
  private boolean unsaved;

  public Moves(Surroundings around, Membership membership, Comparing comparing) {
    this.around = around;
    this.membership = membership;
    this.comparing = comparing;
    this.notes = new EpochNotes(around.store(), around.stored());
    around.placements().resume(notes.load());
    // Who has gone is noted at once, and who owned what a little later.
    around.placements().keepOnly(membership.roster()::contains);
  }

  public void start() {
    unsaved = true;
    review();
  }

  @Override
  public void onRosterChanged(Roster before, Roster after) {
    Placements placements = around.placements();
    long digest = placements.digest();
    boolean declared = membership.own().inPlace() == digest;
    if (placements.isSettled() && before.owning().size() <= 1 && around.store().keyCount() == 0) {
      // A new node that joins: else it would fetch all keys there are, for having been alone.
      placements.endBare(after.owning());
    }
    boolean changed = placements.use(after.owning(), declared);
    if (before.size() != after.size() || !before.members().equals(after.members())) {
      placements.keepOnly(after::contains);
    }
    if (changed || placements.digest() != digest) {
      unsaved = true;
      comparing.compareAll();
    }
  }

  /** Whether keys are where they belong, as far as this node knows. */
  public boolean isSettled() {
    return around.placements().isSettled();
  }

  /**
   * Whether nobody would miss what this node holds, were it to leave now: keys are where they
   * belong, enough of their owners can be reached, and all who can be have compared with this node.
   */
  public boolean isHandedOver() {
    return isSettled() && comparing.isComplete() && !isShortOfOwners();
  }

  /**
   * Whether keys that are held here would be on fewer disks than acknowledge a write by default,
   * were this node to leave now. Who can't be reached may be lost, or have been removed from the
   * cluster without this node knowing.
   */
  public boolean isShortOfOwners() {
    Placement next = around.placements().newest();
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      for (MirrorRange range : next.shortOfOwners(partition, around.liveness()::isReachable)) {
        if (around.store().tree().keyCount(partition, range) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private void review() {
    save();
    Placements placements = around.placements();
    // Also where nothing moves: others may wait for this node's word.
    declareWhenInPlace(placements);
    if (!placements.isSettled() && isInPlaceEverywhere(placements.digest())) {
      placements.retireOlder();
      unsaved = true;
      save();
    }
    around.after(REVIEW_MILLIS, this::review);
  }

  private void declareWhenInPlace(Placements placements) {
    boolean declared = membership.own().inPlace() == placements.digest();
    if (!declared
        && comparing.isBroughtAll()
        && !placements.mayBeOutOfReach(around.defaultMirrors(), around.liveness()::isReachable)) {
      membership.declareInPlace(placements.digest());
    }
  }

  /** Members that are dead have no say; what they hold is compared when they are back. */
  private boolean isInPlaceEverywhere(long digest) {
    for (MemberEntry member : membership.roster().owning()) {
      boolean declared =
          membership.roster().record(member.id()).map(MemberRecord::inPlace).orElse(0L) == digest;
      if (!declared && !around.liveness().isDead(member.id())) {
        return false;
      }
    }
    return true;
  }

  private void save() {
    if (!unsaved) {
      return;
    }
    try {
      notes.keep(around.placements().epochs());
      unsaved = false;
    } catch (StoreException e) {
      // The store has reported it; the next review tries again.
      unsaved = true;
    }
  }
}
