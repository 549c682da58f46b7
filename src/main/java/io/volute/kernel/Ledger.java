package io.volute.kernel;

import io.volute.coordination.Explainer;
import io.volute.entropy.Sweeps;
import io.volute.handoff.Hints;
import io.volute.hashing.Partitions;
import io.volute.identity.NodeId;
import io.volute.record.Name;
import java.util.OptionalLong;

/** What an explanation of a key's copies takes from hints and sweeps. */
record Ledger(Hints hints, Sweeps sweeps) implements Explainer.Ledger {
  @Override
  public boolean owes(NodeId member, Name name) {
    return hints.owes(member, name);
  }

  @Override
  public OptionalLong sinceSyncMillis(NodeId member) {
    return sweeps.sinceSweptMillis(member);
  }

  @Override
  public OptionalLong inSyncMillis(NodeId member, Name name) {
    return sweeps.inSyncMillis(member, Partitions.of(name));
  }
}
