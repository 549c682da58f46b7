package io.volute.membership;

import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who belongs to the cluster, this node included, whether they can be reached or not. Immutable.
 */
public final class Roster {
  private final NodeId self;
  private final SortedMap<NodeId, MemberEntry> members;

  private Roster(NodeId self, SortedMap<NodeId, MemberEntry> members) {
    this.self = self;
    this.members = members;
  }

  /** A roster of this node and its peers; a later entry of the same name wins. */
  public static Roster of(MemberEntry self, Collection<MemberEntry> peers) {
    SortedMap<NodeId, MemberEntry> members = new TreeMap<>();
    for (MemberEntry peer : peers) {
      members.put(peer.id(), peer);
    }
    members.put(self.id(), self);
    return new Roster(self.id(), members);
  }

  public NodeId self() {
    return self;
  }

  public boolean isSelf(NodeId id) {
    return self.equals(id);
  }

  public int size() {
    return members.size();
  }

  public boolean contains(NodeId id) {
    return members.containsKey(id);
  }

  public Optional<MemberEntry> find(NodeId id) {
    return Optional.ofNullable(members.get(id));
  }

  /** All members in the order of their names. */
  public Collection<MemberEntry> members() {
    return Collections.unmodifiableCollection(members.values());
  }

  /** All but this node, in the order of their names. */
  public List<MemberEntry> peers() {
    List<MemberEntry> peers = new ArrayList<>(members.values());
    peers.removeIf(member -> isSelf(member.id()));
    return peers;
  }

  public MemberEntry selfEntry() {
    return members.get(self);
  }
}
