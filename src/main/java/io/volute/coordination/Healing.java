package io.volute.coordination;

import io.volute.causal.Dot;
import io.volute.exchange.Surroundings;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
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
import java.util.function.Consumer;

/**
 * Fetches values that have gone bad on this node's disk from other members, the owners of their
 * keys first, one after the other, and puts the same versions again. Nothing else changes: the
 * versions were known all the time. What can't be had now is asked for again when the damage is
 * found again, by a read or a scrub.
 *
 * <p>A version of which every member of the cluster says, twice, that it does not have its value is
 * lost: nobody can ever send it, so its owners would differ for ever, no move would end and nothing
 * be reaped. It is given up, with a line that says so; its siblings stay. As long as one member is
 * away it may have the value, and nothing is given up; nor where the key has no other owner who
 * misses it. See {@code docs/adr/0031}.
 */
public final class Healing {
  /** More are left to the next time: a broken disk must not fill the network. */
  private static final int MAX_UNDER_WAY = 32;

  /** By then a change that was still being copied when the others were first asked is there. */
  private static final int DEADLINES_BETWEEN_LOOKS = 2;

  private final Surroundings around;
  private final Pulls pulls;
  private final Consumer<String> notices;
  private final Set<Dot> underWay = new LinkedHashSet<>();
  private long healed;
  private long lost;

  /**
   * @param pulls where values that are blobs come from
   * @param notices takes a line about each value that is lost
   */
  public Healing(Surroundings around, Pulls pulls, Consumer<String> notices) {
    this.around = around;
    this.pulls = pulls;
    this.notices = notices;
  }

  /** Begins, unless that version is on its way already, or too many are. */
  public void heal(Name name, Dot dot) {
    Optional<Version> version = around.store().versions(name).find(dot);
    if (version.isPresent() && underWay.size() < MAX_UNDER_WAY && underWay.add(dot)) {
      new Search(name, version.get(), false).askNext();
    }
  }

  /** How many values have been put again. */
  public long healed() {
    return healed;
  }

  /** How many versions were given up, since nobody has their values. */
  public long lost() {
    return lost;
  }

  /** One round of asking, for one version. */
  private final class Search {
    private final Name name;
    private final Version version;
    private final boolean isSecond;
    private final ArrayDeque<NodeId> holders = new ArrayDeque<>();
    private boolean hasNobodyIt = true;

    Search(Name name, Version version, boolean isSecond) {
      this.name = name;
      this.version = version;
      this.isSecond = isSecond;
      Set<NodeId> everyone = new LinkedHashSet<>(owners());
      around.liveness().roster().peers().stream().map(MemberEntry::id).forEach(everyone::add);
      for (NodeId member : everyone) {
        if (!around.isSelf(member) && around.roleOf(member) != Role.PROXY) {
          if (around.liveness().isReachable(member)) {
            holders.add(member);
          } else {
            hasNobodyIt = false;
          }
        }
      }
    }

    /** Of the key as it is: a sibling may have more mirrors than this version. */
    private List<NodeId> owners() {
      VersionSet versions = around.store().versions(name);
      Mirrors mirrors = versions.mirrors().orElse(around.defaultMirrors());
      return around.placement().owners(name, mirrors);
    }

    void askNext() {
      NodeId holder = holders.poll();
      if (holder == null) {
        onNotFound();
        return;
      }
      ValueFetch.start(
          around,
          name,
          version,
          List.of(holder),
          outcome -> {
            hasNobodyIt &= outcome.hasEveryoneAnswered() && outcome.value().isEmpty();
            if (outcome.value().isEmpty()) {
              askNext();
            } else if (outcome.value().get() instanceof Value.Blob blob) {
              pull(holder, blob);
            } else {
              putAgain(outcome.value().get());
            }
          });
    }

    private void pull(NodeId holder, Value.Blob blob) {
      pulls.pull(
          List.of(holder),
          name,
          blob,
          blob.id(),
          arrived -> {
            if (arrived.isPresent()) {
              putAgain(arrived.get());
              // If a newer version has come meanwhile nobody claims it.
              around.store().blobs().discard(blob.id());
            } else {
              askNext();
            }
          });
    }

    private void putAgain(Value value) {
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

    private void onNotFound() {
      if (!hasNobodyIt || !around.isMember() || !isMissedElsewhere() || isReadable()) {
        underWay.remove(version.dot());
      } else if (isSecond) {
        underWay.remove(version.dot());
        giveUp();
      } else {
        long pauseMillis = DEADLINES_BETWEEN_LOOKS * around.tuning().operationDeadlineMillis();
        around.after(pauseMillis, () -> new Search(name, version, true).askNext());
      }
    }

    private boolean isMissedElsewhere() {
      return owners().stream().anyMatch(owner -> !around.isSelf(owner));
    }

    /**
     * Whether it has come meanwhile, by a comparison for instance, or is replaced. That the chunks
     * of a blob are damaged does not show in what the store says of it.
     */
    private boolean isReadable() {
      try {
        return around.store().versions(name).find(version.dot()).isEmpty()
            || around
                .store()
                .value(name, version.dot())
                .filter(value -> !(value instanceof Value.Blob))
                .isPresent();
      } catch (StoreException e) {
        return false;
      }
    }

    private void giveUp() {
      try {
        if (around.obsolescence().giveUp(name, List.of(version))) {
          lost++;
          notices.accept(
              "a version of key '"
                  + name
                  + "' is lost: its value is damaged here and no member has it; "
                  + version.dot()
                  + " is given up");
        }
      } catch (StoreException e) {
        // A store that takes nothing says so itself; the damage is found again.
        return;
      }
    }
  }
}
