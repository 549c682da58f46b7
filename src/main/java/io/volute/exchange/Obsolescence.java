package io.volute.exchange;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.List;

/**
 * Which versions are of the past: their keys' tombstones are reaped, so what says that they are
 * deleted is gone. See {@code docs/adr/0017}.
 */
public interface Obsolescence {
  /** A version was stored, here or elsewhere. */
  void heard(Dot dot);

  /**
   * Whether a version that this node does not know, live or replaced, must not be taken in: it has
   * known all that there was when the floor was proven.
   */
  boolean isObsolete(Name name, Version version);

  /**
   * Whether this node can prove that a live version which it holds was not reaped, so that a member
   * that takes it for obsolete must have lost it.
   */
  boolean insistsOn(Name name, Version version);

  /**
   * Gives up versions that this node holds and an owner of the key has refused: forgets the key, or
   * replaces just them where it has others.
   *
   * @return whether they are gone; else it has to be tried again, once there are dots
   */
  boolean giveUp(Name name, List<Version> obsolete) throws StoreException;

  /**
   * Whether what a context covers is either in the other one or may have been reaped here.
   *
   * @param mirrors how many members keep the key, as far as that is known
   */
  boolean isPast(Name name, Mirrors mirrors, CausalContext asked, CausalContext seen);
}
