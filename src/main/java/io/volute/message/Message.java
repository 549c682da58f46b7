package io.volute.message;

import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.MemberRecord;
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

  /**
   * What I know of these members.
   *
   * @param whole whether these are all that I know of, so that the receiver can tell what I lack
   */
  record MembersTold(long requestId, boolean whole, List<MemberRecord> members)
      implements Message {}

  /**
   * Do you know the same members as I do?
   *
   * @param digest equal for equal knowledge
   */
  record CompareMembers(long requestId, long digest) implements Message {}

  /** We don't take you in. */
  record Unwelcome(long requestId, String reason) implements Message {}

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

  /** The largest part of a blob that travels in one message. */
  int MAX_CHUNK_BYTES = 256 << 10;
}
