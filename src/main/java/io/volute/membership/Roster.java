package io.volute.membership;

import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who belongs to the cluster, this node included, whether they can be reached or not: as of a
 * moment. Immutable; {@link Members} makes the next one when something changes.
 */
public final class Roster {
  /** Is told when the members have changed, or what they say of themselves. */
  @FunctionalInterface
  public interface Observer {
    void onRosterChanged(Roster before, Roster after);
  }

  private final NodeId self;
  private final SortedMap<NodeId, MemberRecord> members;

  Roster(NodeId self, SortedMap<NodeId, MemberRecord> members) {
    this.self = self;
    this.members = members;
  }

  /** A roster of this node and its peers; a later entry of the same name wins. */
  public static Roster of(MemberEntry self, Collection<MemberEntry> peers) {
    SortedMap<NodeId, MemberRecord> members = new TreeMap<>();
    for (MemberEntry peer : peers) {
      members.put(peer.id(), MemberRecord.hearsay(peer));
    }
    members.put(self.id(), MemberRecord.hearsay(self));
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
    return Optional.ofNullable(members.get(id)).map(MemberRecord::entry);
  }

  /** What a member says of itself. */
  public Optional<MemberRecord> record(NodeId id) {
    return Optional.ofNullable(members.get(id));
  }

  /** What all members say of themselves, in the order of their names. */
  public Collection<MemberRecord> records() {
    return Collections.unmodifiableCollection(members.values());
  }

  /** All members in the order of their names. */
  public List<MemberEntry> members() {
    return members.values().stream().map(MemberRecord::entry).toList();
  }

  /** Those on which keys are placed, in the order of their names. */
  public List<MemberEntry> owning() {
    return members.values().stream()
        .filter(MemberRecord::isOwning)
        .map(MemberRecord::entry)
        .toList();
  }

  /** All but this node, in the order of their names. */
  public List<MemberEntry> peers() {
    List<MemberEntry> peers = new ArrayList<>(members());
    peers.removeIf(member -> isSelf(member.id()));
    return peers;
  }

  public MemberEntry selfEntry() {
    return members.get(self).entry();
  }
}
