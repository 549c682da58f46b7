package io.volute.placement;

import io.volute.hashing.Partitions;
import io.volute.hashing.Rendezvous;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Owners by fixed partitions: in each partition the members are ordered by their weighted
 * rendezvous scores, and the order is then taken zone by zone, so that the first owners stand in
 * different zones where there are any.
 *
 * <p>Cost: the order of all {@value Partitions#COUNT} partitions is worked out once for a roster,
 * 1024 × n log n for n members, and then only looked up.
 */
public final class PartitionPlacement implements Placement {
  private record Bid(MemberEntry member, double score) {}

  private static final Comparator<Bid> HIGHEST_FIRST =
      Comparator.comparingDouble(Bid::score).reversed().thenComparing(bid -> bid.member().id());

  private final List<List<NodeId>> preferences;
  private final boolean isAlone;

  public PartitionPlacement(Collection<MemberEntry> members) {
    isAlone = members.size() <= 1;
    preferences = new ArrayList<>(Partitions.COUNT);
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      preferences.add(preferenceOf(partition, members));
    }
  }

  private static List<NodeId> preferenceOf(int partition, Collection<MemberEntry> members) {
    List<Bid> bids = new ArrayList<>(members.size());
    for (MemberEntry member : members) {
      bids.add(new Bid(member, Rendezvous.score(partition, member.id(), member.weight())));
    }
    bids.sort(HIGHEST_FIRST);
    return spreadOverZones(bids);
  }

  /** Takes the best bid of each zone in turn, zones in the order of their best bids. */
  private static List<NodeId> spreadOverZones(List<Bid> bids) {
    Map<String, Integer> taken = new TreeMap<>();
    List<List<NodeId>> rounds = new ArrayList<>();
    for (Bid bid : bids) {
      // Members without a zone share one: nothing is known about where they stand.
      int round = taken.merge(bid.member().zone().orElse(""), 1, Integer::sum) - 1;
      if (round == rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round).add(bid.member().id());
    }
    return rounds.stream().flatMap(List::stream).toList();
  }

  @Override
  public List<NodeId> preference(Name name) {
    // A node alone need not look where each key belongs.
    return preferences.get(isAlone ? 0 : Partitions.of(name));
  }

  @Override
  public boolean hasOwners() {
    return !preferences.get(0).isEmpty();
  }

  @Override
  public Mirrors effective(Mirrors asked) {
    return asked;
  }

  @Override
  public boolean mayBeOutOfReach(Mirrors mirrors, Predicate<NodeId> isReachable) {
    for (List<NodeId> preference : preferences) {
      int owners = mirrors.among(preference.size());
      long reachable = preference.subList(0, owners).stream().filter(isReachable).count();
      int quorum = owners / 2 + 1;
      if (owners > 0 && reachable <= owners - quorum) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<MirrorRange> shortOfOwners(int partition, Predicate<NodeId> isReachable) {
    List<NodeId> preference = preferences.get(partition);
    List<MirrorRange> lacking = new ArrayList<>();
    int counts = Math.min(preference.size(), Mirrors.MAX_COUNT);
    int reachable = 0;
    for (int owners = 1; owners <= counts; owners++) {
      reachable += isReachable.test(preference.get(owners - 1)) ? 1 : 0;
      if (reachable < owners / 2 + 1) {
        // Greater counts than there are members are as many as there are.
        int below = owners == preference.size() ? MirrorRange.CLONE_WIDTH : owners + 1;
        lacking.add(new MirrorRange(owners, below));
      }
    }
    if (isCloneShort(preference, isReachable)) {
      lacking.add(MirrorRange.from(MirrorRange.CLONE_WIDTH));
    }
    return lacking;
  }

  /** Two acknowledge a clone write, where there are two. */
  static boolean isCloneShort(List<NodeId> all, Predicate<NodeId> isReachable) {
    return all.stream().filter(isReachable).limit(2).count() < Math.min(2, all.size());
  }

  @Override
  public int leastMirrors(int partition, NodeId node) {
    int place = preferences.get(partition).indexOf(node);
    return place < 0 ? MirrorRange.BELOW_ALL : Math.min(place + 1, MirrorRange.CLONE_WIDTH);
  }

  @Override
  public double shareOf(NodeId node) {
    long first = preferences.stream().filter(preference -> preference.get(0).equals(node)).count();
    return (double) first / preferences.size();
  }
}
