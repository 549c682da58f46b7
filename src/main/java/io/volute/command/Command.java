package io.volute.command;

import io.volute.causal.CausalContext;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.record.BlobId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.List;
import java.util.Optional;

/** What a client asks of a node. */
public sealed interface Command {
  /** A command that changes a key. */
  sealed interface Change extends Command {
    Name name();

    /** The versions to replace; empty for all that the coordinator sees. */
    Optional<CausalContext> replaces();

    AckLevel level();

    Condition condition();
  }

  /**
   * Sets a key. Answered by {@link Answer.Written} or {@link Answer.Refused}.
   *
   * @param mirrors empty for the key's own, or the node's default for a new key
   * @param timeToLiveMillis the value expires after it; 0 for never
   */
  record Write(
      Name name,
      Value value,
      String contentType,
      Optional<Mirrors> mirrors,
      Optional<CausalContext> replaces,
      long timeToLiveMillis,
      AckLevel level,
      Condition condition)
      implements Change {
    /** The same with a value that is the same elsewhere. */
    public Write withValue(Value other) {
      return new Write(
          name, other, contentType, mirrors, replaces, timeToLiveMillis, level, condition);
    }
  }

  /** Deletes a key. Answered by {@link Answer.Written} or {@link Answer.Refused}. */
  record Delete(Name name, Optional<CausalContext> replaces, AckLevel level, Condition condition)
      implements Change {}

  /**
   * Reads a key. Answered by {@link Answer.Found}, {@link Answer.NotFound} or {@link
   * Answer.Refused}.
   *
   * @param atLeast the answer must have seen all of this
   * @param values which values are wanted
   */
  record Read(Name name, Optional<CausalContext> atLeast, AckLevel level, Values values)
      implements Command {}

  /** Which values a read fetches. */
  enum Values {
    /** Only metadata ({@code HEAD}). */
    NONE,
    /** The newest sibling's. */
    NEWEST,
    /** Every sibling's. */
    ALL
  }

  /**
   * A page of keys that this member holds, or that any reachable member does, in the order of
   * names. Answered by {@link Answer.KeyPage}.
   *
   * @param prefix bytes that each name begins with; may be empty
   * @param limit at most this many lines, 1 to {@link #MAX_PAGE}; the page may be shorter even when
   *     more follow
   * @param tombstones also keys that are deleted or expired
   * @param system also keys of the system
   * @param scope whose keys
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and shared with the store as it is
  record ListKeys(
      byte[] prefix,
      Optional<Name> after,
      int limit,
      boolean tombstones,
      boolean system,
      Scope scope)
      implements Command {
    public static final int MAX_PAGE = 512;
  }

  /** Whose keys a listing shows. */
  enum Scope {
    /** Those that this member holds. */
    LOCAL,
    /** Those of all members that can be reached, each key once with all versions they know. */
    CLUSTER
  }

  /**
   * Gives up this member's copy of a key that placement does not give it. Answered by {@link
   * Answer.Done}, {@link Answer.NotFound} where there is none, or {@link Answer.Refused}.
   */
  record Drop(Name name) implements Command {}

  /** Where the versions of a key are. Answered by {@link Answer.Explained}. */
  record Explain(Name name) implements Command {}

  /**
   * The changes that this member has applied behind a place. Answered by {@link Answer.Changes}, as
   * soon as there are some, or without any after a while.
   *
   * @param prefix bytes that the names begin with; may be empty
   * @param after empty to be told where the newest change is, without any
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  record NextChanges(byte[] prefix, Optional<Place> after) implements Command {}

  /**
   * A place in the order in which a member has applied changes.
   *
   * @param life of the process, within which the number means something
   * @param number how many changes come before it
   */
  record Place(long life, long number) {}

  /**
   * Compares this member's keys with the other members' and makes equal what differs, a step at a
   * time. Answered by {@link Answer.RepairStep}.
   *
   * @param prefix bytes that the names begin with; empty for all keys, which are compared by hash
   *     trees
   * @param from where the step before has ended; empty to begin
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  record Repair(byte[] prefix, Optional<RepairPlace> from) implements Command {}

  /**
   * How far a repair has come.
   *
   * @param peer the member that is compared with; those before it are done
   * @param after the last name compared, where names are
   * @param begun whether the comparison of all keys with it is under way
   */
  record RepairPlace(NodeId peer, Optional<Name> after, boolean begun) {}

  /** What the node says of itself and of its cluster, at any time. */
  sealed interface Describe extends Command {}

  /** Answered by {@link Answer.Status}. */
  record DescribeStatus() implements Describe {}

  /** Answered by {@link Answer.Health}. */
  record DescribeHealth() implements Describe {}

  /** Answered by {@link Answer.Membership}. */
  record DescribeMembership() implements Describe {}

  /**
   * Answered by {@link Answer.Ring}, with the owners of a key where a name is given, else with each
   * member's share.
   */
  record DescribeRing(Optional<Name> name) implements Describe {}

  /** A command about who belongs to the cluster. Answered by {@link Answer.Done} or refused. */
  sealed interface Gather extends Command {}

  /**
   * Calls at these addresses and joins the cluster of who answers there. Done once a member has.
   *
   * @param peers at least one
   * @param expected who must be there; empty for whoever is
   */
  record Join(List<HostPort> peers, Optional<NodeId> expected) implements Gather {}

  /** Hands this node's keys over and leaves the cluster; done once that is. */
  record Leave() implements Gather {}

  /** Takes a member out that never returns. What only it had is given up. */
  record RemoveMember(NodeId member) implements Gather {}

  /** A command about how this node keeps what it holds. */
  sealed interface Upkeep extends Command {}

  /**
   * Reads and checks everything that this node has on its disk. Answered by {@link
   * Answer.Scrubbed}, with how far it is.
   *
   * @param begin whether to begin when none is under way, or only to say how the last one went
   */
  record Scrub(boolean begin) implements Upkeep {}

  /**
   * Copies what this node holds at one moment into a directory of its home. Answered by {@link
   * Answer.BackedUp} once it is there.
   *
   * @param label what to call it: 1 to 64 of {@code A-Z a-z 0-9 . _ -}, and none of that name yet
   */
  record Backup(String label) implements Upkeep {}

  /**
   * A part of sending a value that is too large for one command. What is not finished in time is
   * forgotten. Answered as each says, or by {@link Answer.Refused}, which ends the upload.
   */
  sealed interface Upload extends Command {}

  /** Answered by {@link Answer.UploadBegun}. */
  record BeginUpload(Name name) implements Upload {}

  /**
   * The next bytes, in order; a few of these may be unanswered at the same time. Answered by {@link
   * Answer.UploadTaken}.
   *
   * @param bytes at most {@link #MAX_CHUNK_BYTES}, not to be changed afterwards
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and handed over
  record AppendUpload(BlobId upload, byte[] bytes) implements Upload {}

  /**
   * All is there. Answered by {@link Answer.Uploaded}, with the value for a {@link Write}, which
   * uses it up, whatever comes of it.
   */
  record FinishUpload(BlobId upload) implements Upload {}

  /** It will not be finished, or not be used. Answered by {@link Answer.UploadTaken}. */
  record AbandonUpload(BlobId upload) implements Upload {}

  /**
   * A part of a large value that a read has named. Answered by {@link Answer.Chunk}, or by {@link
   * Answer.Refused} when nobody has it any more.
   *
   * @param holders as the read gave them
   * @param sizeBytes 1 to {@link #MAX_CHUNK_BYTES}; the answer has as many, except at the end
   */
  record ReadChunk(Value.Blob blob, List<NodeId> holders, long offset, int sizeBytes)
      implements Command {}

  /** The most that one command or answer carries of a large value. */
  int MAX_CHUNK_BYTES = 256 << 10;
}
