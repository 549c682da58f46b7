package io.volute.kernel;

import io.volute.entropy.Sweeps;
import io.volute.identity.NodeId;
import java.util.function.Consumer;

/** Passes what the hints can't remember to the sweeps, which are made after them. */
final class Overflow implements Consumer<NodeId> {
  private Sweeps sweeps;

  void to(Sweeps made) {
    sweeps = made;
  }

  @Override
  public void accept(NodeId member) {
    sweeps.sweep(member);
  }
}
