package io.volute.placement;

import io.volute.identity.NodeId;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Owners while keys move: those of every epoch that some member may still go by. What is asked of a
 * key's owners is asked of each epoch's ({@link #groups}), so that any two members meet in at least
 * one of them, however differently they see the cluster: joint consensus, after Ongaro, "Consensus:
 * Bridging Theory and Practice" (2014), section 4.3, with epochs instead of a log.
 */
final class JointPlacement implements Placement {
  private final List<Placement> newestFirst;
  private final List<Placement> filled;

  /**
   * @param newestFirst at least two
   * @param filled those by which keys may have been written
   */
  JointPlacement(List<Placement> newestFirst, List<Placement> filled) {
    this.filled = List.copyOf(filled);
    assert newestFirst.size() > 1 : newestFirst;
    this.newestFirst = List.copyOf(newestFirst);
  }

  @Override
  public List<NodeId> preference(Name name) {
    Set<NodeId> all = new LinkedHashSet<>();
    newestFirst.forEach(placement -> all.addAll(placement.preference(name)));
    return List.copyOf(all);
  }

  @Override
  public boolean hasOwners() {
    return newestFirst.stream().allMatch(Placement::hasOwners);
  }

  @Override
  public Mirrors effective(Mirrors asked) {
    return newestFirst.get(0).effective(asked);
  }

  @Override
  public List<NodeId> owners(Name name, Mirrors mirrors) {
    Set<NodeId> union = new LinkedHashSet<>();
    newestFirst.forEach(placement -> union.addAll(placement.owners(name, mirrors)));
    return List.copyOf(union);
  }

  @Override
  public List<List<NodeId>> groups(Name name, Mirrors mirrors) {
    Set<List<NodeId>> groups = new LinkedHashSet<>();
    for (Placement placement : newestFirst) {
      groups.add(placement.owners(name, mirrors));
    }
    return List.copyOf(groups);
  }

  @Override
  public List<NodeId> order(Name name, Mirrors mirrors) {
    Set<NodeId> order = new LinkedHashSet<>(owners(name, mirrors));
    order.addAll(preference(name));
    return new ArrayList<>(order);
  }

  @Override
  public List<MirrorRange> shortOfOwners(int partition, Predicate<NodeId> isReachable) {
    return newestFirst.get(0).shortOfOwners(partition, isReachable);
  }

  @Override
  public int leastMirrors(int partition, NodeId node) {
    return filled.stream()
        .mapToInt(placement -> placement.leastMirrors(partition, node))
        .min()
        .orElse(MirrorRange.BELOW_ALL);
  }

  @Override
  public double shareOf(NodeId node) {
    return newestFirst.get(0).shareOf(node);
  }
}
