package io.volute.kernel;

import io.volute.entropy.Sweeps;
import io.volute.following.Followers;
import io.volute.handoff.Moves;
import io.volute.identity.NodeId;
import java.util.OptionalLong;

/** What others of the core want to have compared, done by sweeps. */
record Comparisons(Sweeps sweeps) implements Moves.Comparing, Followers.Comparing {
  @Override
  public void compareAll() {
    sweeps.sweepAll();
  }

  @Override
  public boolean isBroughtAll() {
    return sweeps.isBroughtAll();
  }

  @Override
  public boolean isComplete() {
    return sweeps.isComplete();
  }

  @Override
  public void sweep(NodeId peer) {
    sweeps.sweep(peer);
  }

  @Override
  public OptionalLong sinceSweptMillis(NodeId peer) {
    return sweeps.sinceSweptMillis(peer);
  }
}
