package io.volute.sim;

import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What is held where before a change of members in peace; and afterwards, whether no more was moved
 * than owners lacked. It is the least that any placement with these owners can do.
 */
final class LeastMoves {
  private record Copy(SimNode node, Name name) {}

  private final Oracle oracle;
  private final Map<Copy, VersionSet> held = new HashMap<>();
  private final Map<Name, VersionSet> merged = new HashMap<>();
  private final long putsBefore;

  LeastMoves(SimWorld world, Oracle oracle) {
    this.oracle = oracle;
    putsBefore = oracle.puts();
    for (SimNode node : new Agreement(world, oracle).keepers()) {
      for (Name name : oracle.names()) {
        VersionSet versions = node.store().versions(name);
        held.put(new Copy(node, name), versions);
        merged.merge(name, versions, VersionSet::merge);
      }
    }
  }

  /**
   * @param after the members that there are now
   */
  void check(Agreement after) {
    long lacked = 0;
    for (SimNode node : after.keepers()) {
      for (Map.Entry<Name, VersionSet> key : merged.entrySet()) {
        if (after.owns(node, key.getKey(), key.getValue())) {
          VersionSet had = held.getOrDefault(new Copy(node, key.getKey()), VersionSet.EMPTY);
          for (Version version : key.getValue()) {
            lacked += had.find(version.dot()).isPresent() ? 0 : 1;
          }
        }
      }
    }
    long moved = oracle.puts() - putsBefore;
    long least = lacked;
    Oracle.check(
        moved <= least,
        () -> moved + " versions were moved in peace, where owners lacked " + least);
  }
}
