package io.volute.placement;

import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The placements that hold at present. In quiet times there is one. When the members change, the
 * former one stays in force beside the new one until everyone alive has its share of the data in
 * place; see {@code docs/adr/0009}. Used by the kernel's thread only.
 */
public final class Placements {
  /** Beyond this a further change replaces the newest that is still on its way. */
  static final int MAX_EPOCHS = 4;

  private final boolean cloneEveryKey;
  private final List<Epoch> oldestFirst = new ArrayList<>();
  private Placement current;

  /**
   * @param members on which keys are placed; in the order of their names
   * @param cloneEveryKey whether every member owns every key
   */
  public Placements(Collection<MemberEntry> members, boolean cloneEveryKey) {
    this.cloneEveryKey = cloneEveryKey;
    oldestFirst.add(Epoch.of(members, cloneEveryKey));
    conclude();
  }

  /** What holds now: the newest epoch, jointly with those before it. */
  public Placement current() {
    return current;
  }

  /** Where keys will be once they have moved. */
  public Placement newest() {
    return last().placement();
  }

  /** Tells the newest epoch from any other; never 0. */
  public long digest() {
    return last().digest();
  }

  /** Whether keys are where they belong, as far as this node knows. */
  public boolean isSettled() {
    return oldestFirst.size() == 1;
  }

  /** Members of all epochs, oldest first, for a restart. */
  public List<Kept> epochs() {
    return oldestFirst.stream().map(epoch -> new Kept(epoch.members(), epoch.isBare())).toList();
  }

  /**
   * What a restart must know of an epoch.
   *
   * @param isBare whether no key was written in it, so that nothing of it is to be moved
   */
  public record Kept(List<MemberEntry> members, boolean isBare) {}

  /** Every member of any epoch. */
  public Collection<NodeId> members() {
    Map<NodeId, NodeId> all = new LinkedHashMap<>();
    for (Epoch epoch : oldestFirst) {
      epoch.members().forEach(member -> all.put(member.id(), member.id()));
    }
    return all.values();
  }

  /** Goes on from the epochs before a restart, with these members now. */
  public void resume(List<Kept> epochs) {
    List<MemberEntry> now = last().members();
    oldestFirst.clear();
    epochs.forEach(kept -> oldestFirst.add(of(kept.members(), kept.isBare())));
    if (oldestFirst.isEmpty()) {
      oldestFirst.add(Epoch.of(now, cloneEveryKey));
    }
    use(now, true);
    conclude();
  }

  /**
   * Places keys on these members from now on, jointly with those so far.
   *
   * @param newestInUse whether others may already count on the newest epoch alone
   * @return whether that changes anything
   */
  public boolean use(Collection<MemberEntry> members, boolean newestInUse) {
    if (last().places(members)) {
      return false;
    }
    if (oldestFirst.size() == MAX_EPOCHS || (oldestFirst.size() > 1 && !newestInUse)) {
      oldestFirst.remove(oldestFirst.size() - 1);
    }
    if (!last().places(members)) {
      oldestFirst.add(Epoch.of(members, cloneEveryKey));
    }
    conclude();
    return true;
  }

  /** Counts only with these members, in all epochs: the others will never return. */
  public void keepOnly(Predicate<NodeId> stays) {
    List<Epoch> before = List.copyOf(oldestFirst);
    oldestFirst.clear();
    for (int i = 0; i < before.size(); i++) {
      Epoch epoch = before.get(i);
      List<MemberEntry> left =
          epoch.members().stream().filter(member -> stays.test(member.id())).toList();
      boolean isNewest = i == before.size() - 1;
      boolean isSame = !oldestFirst.isEmpty() && last().places(left);
      if (!isSame && (isNewest || !left.isEmpty())) {
        oldestFirst.add(left.size() == epoch.members().size() ? epoch : of(left, epoch.isBare()));
      }
    }
    conclude();
  }

  /**
   * Nothing was written in the present epoch, should this be its end.
   *
   * @param next on which keys are about to be placed
   */
  public void endBare(Collection<MemberEntry> next) {
    if (last().places(next)) {
      return;
    }
    oldestFirst.set(oldestFirst.size() - 1, last().bare());
    conclude();
  }

  /** Everyone alive goes by the newest epoch: the others are history. */
  public void retireOlder() {
    Epoch newest = last();
    oldestFirst.clear();
    oldestFirst.add(newest);
    conclude();
  }

  /**
   * Whether an acknowledged write may be known to none but members that can't be reached: then the
   * data of an older epoch is not all in place, whoever has compared what.
   */
  public boolean mayBeOutOfReach(Mirrors mirrors, Predicate<NodeId> isReachable) {
    for (Epoch epoch : oldestFirst.subList(0, oldestFirst.size() - 1)) {
      if (epoch.placement().mayBeOutOfReach(mirrors, isReachable)) {
        return true;
      }
    }
    return false;
  }

  private Epoch of(Collection<MemberEntry> members, boolean isBare) {
    Epoch epoch = Epoch.of(members, cloneEveryKey);
    return isBare ? epoch.bare() : epoch;
  }

  private Epoch last() {
    return oldestFirst.get(oldestFirst.size() - 1);
  }

  private void conclude() {
    List<Placement> newestFirst = new ArrayList<>();
    List<Placement> filled = new ArrayList<>();
    int newest = oldestFirst.size() - 1;
    for (int i = 0; i <= newest; i++) {
      Epoch epoch = oldestFirst.get(i);
      newestFirst.add(0, epoch.placement());
      if (!epoch.isBare() || i == newest) {
        filled.add(epoch.placement());
      }
    }
    current =
        newestFirst.size() == 1 ? newestFirst.get(0) : new JointPlacement(newestFirst, filled);
  }
}
