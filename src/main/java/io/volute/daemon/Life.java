package io.volute.daemon;

import io.volute.daemon.Home.Identity;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import java.util.Optional;

/**
 * Decides which life of the node begins with a start. Pure.
 *
 * <p>The former incarnation goes on only where the store is provably the one that was left: the
 * home is not a copy, the log shows nothing worse than a torn last record, and either the store was
 * closed in order or the machine has not been restarted since (then everything that the process
 * wrote is there, whatever killed it). In all other cases something that peers know may be
 * forgotten here, and a new incarnation must not reuse its dots.
 */
final class Life {
  /**
   * What is known of the store.
   *
   * @param existed whether there was one
   * @param cleanStop whether it was closed in order
   * @param damaged whether more is wrong with it than a torn last record
   * @param inPlace whether the home is where it was, and no copy
   * @param sameBoot whether the machine has been running since
   */
  record Evidence(
      boolean existed, boolean cleanStop, boolean damaged, boolean inPlace, boolean sameBoot) {
    boolean isProof() {
      return existed && !damaged && inPlace && (cleanStop || sameBoot);
    }
  }

  private Life() {}

  static Actor begin(
      NodeId node, Optional<Identity> former, Evidence evidence, long wallMillis, long random) {
    if (former.isPresent() && evidence.isProof()) {
      return new Actor(node, former.get().incarnation());
    }
    long before = former.map(Identity::incarnation).orElse(0L);
    return new Actor(node, Actor.nextIncarnation(before, wallMillis, random));
  }
}
