package io.volute.exchange;

import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.membership.Liveness;
import io.volute.placement.Placement;
import io.volute.placement.Placements;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.Store;
import io.volute.port.Wire;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.settings.CoreSettings;
import io.volute.settings.Tuning;

/**
 * What each part of the core works with. One for each kernel; used by its thread only.
 *
 * @param placements who owns what, as of now
 * @param timers what is to be done later
 * @param stored who waits for the disk
 * @param questions what peers were asked
 * @param followed who keeps copies without being an owner
 * @param obsolescence what was reaped
 */
public record Surroundings(
    Clock clock,
    Dice dice,
    Wire wire,
    Store store,
    CoreSettings settings,
    Liveness liveness,
    Placements placements,
    Timers timers,
    StoredQueue stored,
    Questions questions,
    FollowedNames followed,
    Obsolescence obsolescence) {

  public Placement placement() {
    return placements.current();
  }

  public Tuning tuning() {
    return settings.tuning();
  }

  /** For writes that name no mirror count. */
  public Mirrors defaultMirrors() {
    return settings.defaultMirrors();
  }

  public NodeId self() {
    return liveness.roster().self();
  }

  public boolean isSelf(NodeId node) {
    return liveness.roster().isSelf(node);
  }

  /** What a member is there for; who is not known is taken for a member of the usual kind. */
  public Role roleOf(NodeId member) {
    return liveness.roster().record(member).map(MemberRecord::role).orElse(Role.MEMBER);
  }

  /** Where a member stands. Those without a zone share one: nothing is known about them. */
  public String zoneOf(NodeId member) {
    return liveness.roster().find(member).flatMap(MemberEntry::zone).orElse("");
  }

  /** Whether this node may own keys, coordinate changes and count in quorums. */
  public boolean isMember() {
    return roleOf(self()) == Role.MEMBER;
  }

  /** Whether a copy of a key belongs at a member: as an owner's, or as a follower's. */
  public boolean isKeptBy(NodeId member, Name name, Mirrors mirrors) {
    return placement().isOwner(member, name, mirrors) || followed.isFollowing(member, name);
  }

  /**
   * Whether this node brings keys to a peer at all: followers bring none to anyone, since they may
   * hold what the owners have given up meanwhile, and proxies hold none.
   */
  public boolean bringsKeysTo(NodeId peer) {
    return isMember() && roleOf(peer) != Role.PROXY;
  }

  /** The address of a member, also of one that has just left. */
  public Endpoint endpoint(NodeId member) {
    return liveness
        .endpoint(member)
        .orElseThrow(() -> new AssertionError(member + " was never in the roster"));
  }

  public Timers.Timer after(long delayMillis, Runnable task) {
    return timers.at(clock.monotonicMillis() + delayMillis, task);
  }
}
