package io.volute.entropy;

import io.volute.exchange.CatchUp;
import io.volute.exchange.Surroundings;
import io.volute.identity.MemberEntry;
import io.volute.identity.Role;
import io.volute.port.Store;
import io.volute.port.StoreException;

/**
 * Knows whether this node's store began empty and has not been refilled since: a new member's, or
 * that of one whose disk was lost, or was found to be damaged. What such a store lacks says
 * nothing, so a read that finds nothing in it has to ask somebody else.
 *
 * <p>A note in the store says so, since the refill may be interrupted by a restart. It goes once
 * this node and a member have compared all keys in both directions, with every other one that can
 * be reached as well. A node that runs alone has nobody who could know better.
 */
public final class FreshStore implements CatchUp {
  private static final String NOTE = "fresh-store";

  /** In the note of a store that has lost something; that of one that began empty is empty. */
  private static final byte[] DOUBTED = {1};

  private final Surroundings around;
  private final Sweeps sweeps;
  private boolean isFresh;

  public FreshStore(Surroundings around, Sweeps sweeps) {
    this.around = around;
    this.sweeps = sweeps;
  }

  /** Looks at the store as it was found, before anything is written to it. */
  public void start() throws StoreException {
    boolean isEmpty = around.store().keyCount() == 0;
    boolean isNoted = isNoted(around.store());
    isFresh = isEmpty || isNoted;
    if (isFresh && !isNoted) {
      around.stored().made(around.store().putNote(NOTE, new byte[0]));
    }
    if (isFresh) {
      review();
    }
  }

  /** Has a store that is not yet used be taken for such a one: it has lost something. */
  public static long note(Store store) throws StoreException {
    return store.putNote(NOTE, DOUBTED);
  }

  /** Whether it is noted that a store has lost something. */
  public static boolean isDoubted(Store store) {
    return store.note(NOTE).filter(note -> note.length > 0).isPresent();
  }

  /** Whether a store is one that began empty and has not been refilled. */
  public static boolean isNoted(Store store) {
    return store.note(NOTE).isPresent();
  }

  private void review() {
    if (hasBeenCompared()) {
      forget();
    } else {
      around.after(around.settings().syncIntervalMillis(), this::review);
    }
  }

  private void forget() {
    isFresh = false;
    try {
      around.stored().made(around.store().removeNote(NOTE));
    } catch (StoreException e) {
      // After a restart it is compared once more before its word counts, which costs little.
      return;
    }
  }

  private boolean hasBeenCompared() {
    return sweeps.isComplete()
        && around.liveness().roster().peers().stream().anyMatch(this::isReachableMember);
  }

  private boolean isReachableMember(MemberEntry peer) {
    return around.roleOf(peer.id()) == Role.MEMBER && around.liveness().isReachable(peer.id());
  }

  @Override
  public boolean isComplete() {
    return sweeps.isComplete();
  }

  @Override
  public boolean isFresh() {
    return isFresh && around.liveness().roster().size() > 1 && !hasBeenCompared();
  }

  @Override
  public boolean isRefilling() {
    return sweeps.isRefilling();
  }
}
