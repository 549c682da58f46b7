package io.volute.message;

import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.util.List;
import java.util.Optional;

/**
 * What one member tells another. Requests carry an id that is unique at the sender for as long as
 * it runs (and begins at a random number, so that answers to a former life are recognised); answers
 * repeat it.
 *
 * <p>Every message may arrive twice, late, or not at all.
 */
public sealed interface Message {
  /** An answer to a question. */
  sealed interface Reply extends Message {
    /** The question's. */
    long requestId();
  }

  /** An answer to {@link CompareGroups}. */
  sealed interface CompareReply extends Reply {}

  /** Are you there? */
  record Probe(long requestId) implements Message {}

  /** I am here. */
  record ProbeAck(long requestId) implements Message {}

  /**
   * Coordinate this change for me. Repeats have the same id; the receiver carries it out once.
   *
   * @param deadlineMillis how long the sender will wait from now on
   */
  record Forward(long requestId, long deadlineMillis, Command.Change change) implements Message {}

  /** What came of a forwarded change. */
  record Forwarded(long requestId, Answer answer) implements Reply {}

  /** I have your forwarded change and am at work on it. */
  record ForwardTaken(long requestId) implements Reply {}

  /** Keep this version. */
  record Replicate(long requestId, Name name, VersionedValue content) implements Message {}

  /** The version is durable here, or could not be stored. */
  record Replicated(long requestId, boolean stored) implements Reply {}

  /** Which versions of this key do you hold? Values are added while they fit. */
  record Fetch(long requestId, Name name, boolean withValues) implements Message {}

  /**
   * Live versions of a key. A set that does not fit in one message comes in several parts.
   *
   * @param part 0 to {@code parts} − 1
   * @param parts 1 and up; the same in each part
   */
  record Fetched(long requestId, int part, int parts, List<FetchedVersion> versions)
      implements Reply {}

  /** A version and, where it was asked for and fits, its value. */
  record FetchedVersion(Version version, Optional<Value> value) {}

  /** Send me the value of this version. */
  record FetchValue(long requestId, Name name, Dot dot) implements Message {}

  /**
   * The value asked for.
   *
   * @param value empty when the version is not held here any more
   */
  record FetchedValue(long requestId, Optional<Value> value) implements Reply {}

  /** Are these keys the same at your place? Names in order, all co-owned by the receiver. */
  record Compare(long requestId, List<KeyDigest> keys) implements Message {}

  /**
   * A key and a digest of its live versions.
   *
   * @param digest equal for equal sets, see {@code hashing}
   */
  record KeyDigest(Name name, long digest) {}

  /** Of the compared keys, those that are not the same here. */
  record Differing(long requestId, List<Name> names) implements Reply {}

  /** I may have missed changes: compare your keys with mine. */
  record Recall(long requestId) implements Message {}

  /** I have begun to. */
  record Recalled(long requestId) implements Reply {}

  /**
   * Which keys do you hold?
   *
   * @param prefix bytes that each name begins with; may be empty
   * @param after only names greater than this
   * @param limit at most this many keys, 1 and up
   */
  record ListHeld(long requestId, Value prefix, Optional<Name> after, int limit)
      implements Message {}

  /**
   * Keys in the order of names.
   *
   * @param more whether there are keys after the last one; never true for an empty list
   */
  record Listed(long requestId, List<HeldKey> keys, boolean more) implements Reply {}

  /** A key and its live versions, at least one. */
  record HeldKey(Name name, List<Version> versions) {}

  /** I have the answer to this forward and will not repeat it. */
  record ForwardSettled(long requestId) implements Message {}

  /**
   * Do you own these keys and know these versions for good? Answered by {@link Differing}, with
   * those of which that is not so, once all that it rests on is durable.
   *
   * @param placement digest of the placement by which I take you for an owner
   */
  record ConfirmHeld(long requestId, long placement, List<HeldKey> keys) implements Message {}

  /**
   * I have compared all my keys with yours since we were last out of touch.
   *
   * @param placement digest of the placement by which I know which keys are yours
   */
  record SweptFor(long requestId, long placement) implements Message {}

  /** I have noted that. */
  record SweptNoted(long requestId) implements Reply {}

  /**
   * Send me a part of this blob.
   *
   * @param sizeBytes 1 to {@link #MAX_CHUNK_BYTES}
   */
  record FetchChunk(long requestId, BlobId blob, long offset, int sizeBytes) implements Message {}

  /** The part asked for; cut at the blob's end, and empty when the blob is not here. */
  record FetchedChunk(long requestId, Optional<Value> bytes) implements Reply {}

  /** What I know of these members. */
  record MembersTold(long requestId, List<MemberRecord> members) implements Message {}

  /**
   * Do you know the same members as I do?
   *
   * @param digest equal for equal knowledge
   */
  record CompareMembers(long requestId, long digest) implements Message {}

  /** We don't take you in. */
  record Unwelcome(long requestId, String reason) implements Message {}

  /** Probe this member for me, and tell me in any case. */
  record ProbeFor(long requestId, NodeId member) implements Message {}

  /** The member has answered my probe, or has not yet. */
  record ProbedFor(long requestId, boolean answered) implements Message {}

  /** These members don't answer, it is said. */
  record Accused(long requestId, List<Accusation> accusations) implements Message {}

  /**
   * A member is said not to answer. A newer word of its own refutes it.
   *
   * @param accuser who says so
   * @param incarnation and {@code counter}: its newest word that the accuser knew
   * @param dead whether it had its time to refute
   */
  record Accusation(NodeId accuser, NodeId member, long incarnation, long counter, boolean dead) {}

  /**
   * All that I know of the members whose names are in a range.
   *
   * @param after names greater than this; empty for no bound
   * @param upTo names up to this one; empty for no bound
   */
  record MembersPage(
      long requestId, Optional<NodeId> after, Optional<NodeId> upTo, List<MemberRecord> members)
      implements Message {}

  /**
   * Digests of what I know of the members, range by range of their names.
   *
   * @param ranges each from behind the one before it
   * @param restDigest of the names behind the last range
   */
  record MemberRanges(long requestId, List<RangeDigest> ranges, long restDigest)
      implements Message {}

  /** What my wall clock says. */
  record ClockTold(long requestId, long wallMillis) implements Message {}

  /** A digest of what is known of the names up to this one. */
  record RangeDigest(NodeId upTo, long digest) {}

  /**
   * I follow you: bring me what you coordinate of the names that begin like this. Repeated for as
   * long as it holds.
   *
   * @param prefixes at least one; an empty one stands for all names
   */
  record Follow(long requestId, List<Value> prefixes) implements Message {}

  /**
   * All that I had coordinated or held this long before now, you have.
   *
   * @param behindMillis 0 and up; −1 when you have not been brought everything yet
   */
  record Followed(long requestId, long behindMillis) implements Reply {}

  /** Keep this version, as my follower. Answered by {@link Replicated}. */
  record Copy(long requestId, Name name, VersionedValue content) implements Message {}

  /**
   * Do we hold the same? One digest for each group of {@link #GROUP_PARTITIONS} partitions, over
   * the sums of the keys that sender and receiver both own.
   *
   * @param digestKey fingerprint of the secret by which the sums are made; so in all questions of a
   *     comparison
   */
  record CompareGroups(long requestId, long digestKey, List<Long> digests) implements Message {}

  /** I keep no sums by that digest key: ask by another. */
  record UnknownDigestKey(long requestId) implements CompareReply {}

  /**
   * Which groups are not the same here, as bits from the lowest on.
   *
   * @param strays members of earlier versions say in which groups they hold keys that are the
   *     asker's and not their own; nobody has ever made use of it, and it is 0 now
   */
  record GroupsCompared(long requestId, long differing, long strays) implements CompareReply {}

  /** Are these partitions the same at your place? */
  record ComparePartitions(long requestId, long digestKey, List<PartitionSum> partitions)
      implements Message {}

  /**
   * The sum over the keys of a partition with at least so many mirrors.
   *
   * @param leastMirrors as {@code record.MirrorRange} counts them
   */
  record PartitionSum(int partition, int leastMirrors, long sum) {}

  /** Of the partitions asked for, those that are not the same here. */
  record PartitionsCompared(long requestId, List<PartitionBranches> partitions) implements Reply {}

  /**
   * What is held of a partition.
   *
   * @param keyCount how many keys
   * @param branches the sums of {@link #BRANCHES} equal parts of its leaves
   */
  record PartitionBranches(int partition, long keyCount, List<Long> branches) {}

  /** Are these leaves of a partition the same at your place? In order. */
  record CompareLeaves(
      long requestId, long digestKey, int partition, int leastMirrors, List<LeafSum> leaves)
      implements Message {}

  /** The sum of one leaf. */
  record LeafSum(int leaf, long sum) {}

  /**
   * The keys of those leaves that are not the same here, in the order of their hashes.
   *
   * @param coveredBelow leaves from this one on are not answered: their keys did not fit
   */
  record LeavesCompared(
      long requestId, int coveredBelow, List<Integer> leaves, List<HashDigest> keys)
      implements Reply {}

  /**
   * A key by its hash.
   *
   * @param digest 0 when it is not held
   */
  record HashDigest(long hash, long digest) {}

  /** Which keys have these hashes, as far as they are still not as the digests say? */
  record NameHashes(long requestId, long digestKey, int partition, List<HashDigest> hashes)
      implements Message {}

  /**
   * Names of keys that differ.
   *
   * @param answered how many of the hashes are answered, from the first on
   * @param unheld hashes that differ because no key here has them
   */
  record HashesNamed(long requestId, int answered, List<Name> names, List<Long> unheld)
      implements Reply {}

  /** Send me your keys of this partition with at least so many mirrors, in the order of hashes. */
  record FetchRange(long requestId, int partition, int leastMirrors, Optional<Name> after)
      implements Message {}

  /**
   * A part of the range.
   *
   * @param next the key behind which it goes on; empty at the end
   */
  record FetchedRange(long requestId, List<RangeKey> keys, Optional<Name> next) implements Reply {}

  /**
   * A key and its live versions, with their values as far as they fit.
   *
   * @param versions empty when they don't fit: then the key is to be fetched by itself
   */
  record RangeKey(Name name, List<FetchedVersion> versions) {}

  /**
   * Instead of {@link Replicated}: that version is not kept, since all that its key was has been
   * deleted and the tombstone is reaped.
   */
  record Obsolete(long requestId) implements Reply {}

  /**
   * Compare all keys with me, beginning now, and say so when I have everything of mine that you
   * hold. Not answered while that can't be, so it is asked again.
   *
   * @param placement digest of the placement by which I know which keys are mine
   */
  record Vouch(long requestId, long placement) implements Message {}

  /**
   * You have everything that I hold of yours.
   *
   * @param boot a random number of this life of my process
   * @param wallMillis what my wall clock says
   * @param heard of each actor the highest dot that I know to be stored somewhere
   * @param floors of each actor the dot up to which I have proven, in this life and by this
   *     placement, to know everything of mine
   */
  record Vouched(
      long requestId, long placement, long boot, long wallMillis, List<Dot> heard, List<Dot> floors)
      implements Reply {}

  /**
   * These versions of yours are {@link Obsolete}: give them up. Answered by {@link Replicated},
   * with whether that is done.
   */
  record Reaped(long requestId, Name name, List<Dot> dots) implements Message {}

  /**
   * Keep this version although you take it for obsolete: I know that it was not reaped. Answered by
   * {@link Replicated}.
   */
  record Insist(long requestId, Name name, VersionedValue content) implements Message {}

  /** Partitions in a group of {@link CompareGroups}. */
  int GROUP_PARTITIONS = 32;

  /** Parts of a partition's leaves in {@link PartitionBranches}. */
  int BRANCHES = 16;

  /** The largest part of a blob that travels in one message. */
  int MAX_CHUNK_BYTES = 256 << 10;
}
