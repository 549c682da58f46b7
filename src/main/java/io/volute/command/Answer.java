package io.volute.command;

import io.volute.causal.CausalContext;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.record.BlobId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a client is told. */
public sealed interface Answer {
  /**
   * The change is made, and as durable as was asked.
   *
   * @param version the key's context after it, for all siblings
   * @param siblings visible values of the key after it
   * @param acks owners and stand-ins that have it durably, so far
   * @param owners owners of the key
   */
  record Written(CausalContext version, int siblings, int acks, int owners) implements Answer {}

  /**
   * The key has a value.
   *
   * @param siblings visible versions, newest first, at least one; a value is there where the
   *     command wanted it
   * @param versions all that were seen, whose context not every door shows
   * @param acks owners that the answer comes from
   * @param owners owners of the key
   * @param lagMillis for an answer from a follower's copy: all that was acknowledged longer ago is
   *     in it
   */
  record Found(
      List<Sibling> siblings, VersionSet versions, int acks, int owners, OptionalLong lagMillis)
      implements Answer {
    public Found(List<Sibling> siblings, VersionSet versions, int acks, int owners) {
      this(siblings, versions, acks, owners, OptionalLong.empty());
    }

    /** The key's context, for all siblings. */
    public CausalContext version() {
      return versions.context();
    }
  }

  /**
   * One visible version of a key.
   *
   * @param holders where a value that is a blob can be had, for {@link Command.ReadChunk}
   */
  record Sibling(Version version, Optional<Value> value, List<NodeId> holders) {
    public Sibling(Version version, Optional<Value> value) {
      this(version, value, List.of());
    }
  }

  /** A large value may be sent now, under this name. */
  record UploadBegun(BlobId upload) implements Answer {}

  /** These bytes are taken. */
  record UploadTaken() implements Answer {}

  /** The large value is whole and durable on this node, and can be written. */
  record Uploaded(Value.Blob value) implements Answer {}

  /** A part of a large value. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and handed over
  record Chunk(byte[] bytes) implements Answer {}

  /**
   * The key has no value.
   *
   * @param version empty when the key is not known at all, else the context of its deletion
   * @param lagMillis as in {@link Found}
   */
  record NotFound(CausalContext version, int acks, int owners, OptionalLong lagMillis)
      implements Answer {
    public NotFound(CausalContext version, int acks, int owners) {
      this(version, acks, owners, OptionalLong.empty());
    }
  }

  /**
   * A page of a listing.
   *
   * @param lines in the order of names
   * @param next where to go on (as {@code after}); empty at the end
   */
  record KeyPage(List<KeyLine> lines, Optional<Name> next) implements Answer {}

  /**
   * A key of a listing.
   *
   * @param versions all that are to be shown, tombstones only where they were asked for
   */
  record KeyLine(Name name, List<Version> versions) {}

  /**
   * Where the versions of a key are.
   *
   * @param mirrors how many members keep it, as placement takes it
   * @param version the key's context, for all versions that were found
   * @param copies owners in their order, then this node if it has a copy without being one
   */
  record Explained(Name name, Mirrors mirrors, CausalContext version, List<CopyLine> copies)
      implements Answer {}

  /**
   * A member's copy of a key.
   *
   * @param versions empty when the member did not answer
   * @param owed whether the asked node is to bring it something of this key
   * @param sinceSyncMillis time since the asked node last compared all keys with it
   * @param inSyncMillis time since which its copies of the key's partition and those of the asked
   *     node are not known to be the same; empty when they were not yet
   */
  record CopyLine(
      NodeId node,
      boolean owner,
      MemberState state,
      Optional<List<Version>> versions,
      boolean owed,
      OptionalLong sinceSyncMillis,
      OptionalLong inSyncMillis) {}

  /**
   * What has changed.
   *
   * @param lines in the order in which they were applied
   * @param upTo where to go on
   * @param whole false when changes behind the asked place are forgotten, and nothing is shown
   */
  record Changes(List<ChangeLine> lines, Command.Place upTo, boolean whole) implements Answer {}

  /**
   * A version that a member has applied to its copy of a key.
   *
   * @param number its place, as of {@link Command.Place}
   */
  record ChangeLine(long number, Name name, Version version) {}

  /**
   * A step of a repair is done.
   *
   * @param members to compare with, this one not counted
   * @param membersDone of them, so far
   * @param compared keys compared by name in this step; 0 where hash trees are
   * @param exchanged keys that differed in this step
   * @param unmended of them, those that are not equal yet; sync goes on with them
   * @param unreachable whether the member of this step could not be asked
   * @param next where to go on; empty at the end
   */
  record RepairStep(
      int members,
      int membersDone,
      long compared,
      long exchanged,
      long unmended,
      boolean unreachable,
      Optional<Command.RepairPlace> next)
      implements Answer {}

  /** A command that has nothing to tell is carried out. */
  record Done() implements Answer {}

  /**
   * How far a scrub is, or what the last one has found; numbers are of that one.
   *
   * @param rounds begun since the node was started; with 0 the others mean nothing
   * @param bytesTotal what there was to read when it began, about
   * @param damagedPlaces stretches of files that are not as they were written
   * @param damagedVersions live versions among what is damaged, to be fetched from other members
   * @param places where the damage is, a line each; not all of them when there are many
   */
  record Scrubbed(
      long rounds,
      boolean underWay,
      long bytesRead,
      long bytesTotal,
      long keysChecked,
      long damagedPlaces,
      long damagedVersions,
      List<String> places)
      implements Answer {}

  /**
   * A backup is whole and durable.
   *
   * @param directory where it is, on the node's machine
   */
  record BackedUp(String directory, long files, long bytes) implements Answer {}

  /**
   * How the node is.
   *
   * @param inSyncMillis how long ago all members were last known to hold the same as this one, of
   *     what they share; empty when that is not yet known of all of them
   * @param reapingWaitsFor members that can't be reached, while there are deleted or expired keys
   *     here that could go if they could
   */
  record Status(
      NodeId node,
      long incarnation,
      Phase phase,
      long uptimeMillis,
      int members,
      int membersAlive,
      long keys,
      long valueBytes,
      long hints,
      int sweepsUnderWay,
      OptionalLong inSyncMillis,
      Moving moving,
      List<NodeId> reapingWaitsFor)
      implements Answer {}

  /**
   * How far keys are on their way to new owners, as one member sees it. Counted anew after a start:
   * what had arrived before is then found to be there, at once.
   *
   * @param underWay whether owners of before still have a say, anywhere in the cluster
   * @param percent 0 to 100, rounded down: of what this member shares with those that can be
   *     reached, how much is confirmed to be in place on both sides; 100 where nothing moves
   * @param keysUnconfirmed keys held here, tombstones included, that some reachable member may
   *     still lack; 0 where nothing moves
   */
  record Moving(boolean underWay, int percent, long keysUnconfirmed) {
    /** Every key is where it belongs. */
    public static final Moving NOTHING = new Moving(false, 100, 0);

    public Moving {
      if (percent < 0 || percent > 100 || keysUnconfirmed < 0) {
        throw new IllegalArgumentException(percent + " %, " + keysUnconfirmed + " keys");
      }
    }
  }

  /**
   * How the node gets on with its peers.
   *
   * @param multiplier by what failure detection is slower than usual, 1 to 8, since this node has
   *     reason to doubt itself
   * @param changesUnderWay changes that are not yet settled with all owners
   * @param moving whether keys move to other owners
   * @param upkeep what it has mended, given up and removed
   */
  record Health(
      int multiplier,
      int membersSuspect,
      int membersDead,
      int changesUnderWay,
      boolean moving,
      Upkeep upkeep,
      List<PeerHealth> peers)
      implements Answer {}

  /**
   * What a node has done to what it holds since it was started, without being asked by a client.
   *
   * @param valuesHealed damaged values that were fetched from other members
   * @param valuesLost versions that were given up, since no member could send their values
   * @param versionsGivenUp versions that were given up, since owners had reaped them
   * @param keysReaped deleted and expired keys that were removed
   */
  record Upkeep(long valuesHealed, long valuesLost, long versionsGivenUp, long keysReaped) {}

  /**
   * How it is with one peer.
   *
   * @param sinceSyncMillis time since all keys were last compared with it; empty when not yet
   */
  record PeerHealth(NodeId node, boolean reachable, OptionalLong sinceSyncMillis) {}

  /** Where the node is in its life. */
  enum Phase {
    STARTING,
    RUNNING,
    LEAVING,
    STOPPING
  }

  /** All members, the asked one first. */
  record Membership(List<MemberLine> members) implements Answer {}

  /** One member as the asked one sees it. */
  record MemberLine(
      NodeId node,
      HostPort address,
      MemberState state,
      Optional<String> zone,
      int weight,
      long incarnation,
      Role role) {}

  /** What is believed of a member. */
  enum MemberState {
    ALIVE,
    SUSPECT,
    DEAD,
    LEFT
  }

  /**
   * Placement: every member with its share of the key space, or the owners of a key in order.
   *
   * @param ofName the key that was asked for
   */
  record Ring(Optional<Name> ofName, List<RingLine> lines) implements Answer {}

  /**
   * A member in a ring.
   *
   * @param share part of all partitions of which the member is the first owner, 0 to 1
   */
  record RingLine(NodeId node, double share, Optional<String> zone, int weight) {}

  /**
   * The command was not, or perhaps not, carried out.
   *
   * @param explanation one line: what was wrong and what is allowed
   * @param outcome what is known of a change; {@link Outcome#NOT_APPLIED} for other commands
   * @param retryAfterMillis a hint for when to try again; 0 for none
   */
  record Refused(Reason reason, String explanation, Outcome outcome, long retryAfterMillis)
      implements Answer {
    public static Refused notApplied(Reason reason, String explanation) {
      return new Refused(reason, explanation, Outcome.NOT_APPLIED, 0);
    }
  }

  /** Why a command was refused. */
  enum Reason {
    BAD_REQUEST,
    FORBIDDEN,
    TOO_LARGE,
    PRECONDITION,
    TOO_MANY_SIBLINGS,
    UNAVAILABLE,
    OVERLOADED,
    STORE_FAILED,
    /** It contradicts how things are, such as who owns a key. */
    CONFLICT
  }

  /** What is known of a change that was not confirmed. */
  enum Outcome {
    NOT_APPLIED,
    UNKNOWN
  }
}
