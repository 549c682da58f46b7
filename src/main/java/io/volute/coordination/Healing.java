package io.volute.coordination;

import io.volute.causal.Dot;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.transfer.Pulls;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches values that have gone bad on this node's disk from other owners of their keys, one owner
 * after the other, and puts the same versions again. Nothing else changes: the versions were known
 * all the time. What can't be had now is asked for again when the damage is found again, by a read
 * or a scrub.
 */
public final class Healing {
  /** More are left to the next time: a broken disk must not fill the network. */
  private static final int MAX_UNDER_WAY = 32;

  private final Surroundings around;
  private final Pulls pulls;
  private final Set<Dot> underWay = new LinkedHashSet<>();
  private long healed;

  /**
   * @param pulls where values that are blobs come from
   */
  public Healing(Surroundings around, Pulls pulls) {
    this.around = around;
    this.pulls = pulls;
  }

  /** Begins, unless that version is on its way already, or too many are. */
  public void heal(Name name, Dot dot) {
    VersionSet versions = around.store().versions(name);
    Optional<Version> version = versions.find(dot);
    if (version.isEmpty() || underWay.size() >= MAX_UNDER_WAY || !underWay.add(dot)) {
      return;
    }
    Mirrors mirrors = versions.mirrors().orElse(around.defaultMirrors());
    ArrayDeque<NodeId> holders = new ArrayDeque<>();
    for (NodeId owner : around.placement().owners(name, mirrors)) {
      if (!around.isSelf(owner) && around.liveness().isReachable(owner)) {
        holders.add(owner);
      }
    }
    askNext(name, version.get(), holders);
  }

  /** How many values have been put again. */
  public long healed() {
    return healed;
  }

  private void askNext(Name name, Version version, ArrayDeque<NodeId> holders) {
    NodeId holder = holders.poll();
    if (holder == null) {
      underWay.remove(version.dot());
      return;
    }
    ValueFetch.start(
        around,
        name,
        version,
        List.of(holder),
        value -> {
          if (value.isEmpty()) {
            askNext(name, version, holders);
          } else if (value.get() instanceof Value.Blob blob) {
            pulls.pull(
                List.of(holder),
                name,
                blob,
                blob.id(),
                arrived -> {
                  if (arrived.isPresent()) {
                    putAgain(name, version, arrived.get());
                    // If a newer version has come meanwhile nobody claims it.
                    around.store().blobs().discard(blob.id());
                  } else {
                    askNext(name, version, holders);
                  }
                });
          } else {
            putAgain(name, version, value.get());
          }
        });
  }

  private void putAgain(Name name, Version version, Value value) {
    underWay.remove(version.dot());
    VersionSet now = around.store().versions(name);
    if (now.find(version.dot()).isEmpty()) {
      return;
    }
    try {
      around.stored().made(around.store().put(name, version, value, now));
      healed++;
    } catch (StoreException e) {
      // A store that takes nothing says so itself; the damage is found again.
      return;
    }
  }
}
