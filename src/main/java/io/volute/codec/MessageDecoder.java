package io.volute.codec;

import io.volute.causal.Dot;
import io.volute.command.Command;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.message.Message.HeldKey;
import io.volute.message.Message.KeyDigest;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.msgpack.core.MessagePackException;

/**
 * Turns bytes from the network into messages, or refuses them. For one thread.
 *
 * <p>Every bound and rule of the format is checked here: whatever the bytes are, the outcome is a
 * message that the rest of the node can rely on, or a {@link MalformedMessageException}.
 */
public final class MessageDecoder {
  /** Of a version with its value. */
  static final int CONTENT_FIELDS = 2;

  /** Of a name with its digest. */
  static final int DIGEST_FIELDS = 2;

  /** Of a name with its versions. */
  static final int HELD_KEY_FIELDS = 2;

  private static final int MIN_CONTENT_BYTES = VersionForm.MIN_BYTES + 2;
  private static final int MIN_NAME_BYTES = 2;
  private static final int MIN_DIGEST_BYTES = MIN_NAME_BYTES + 2;

  private final FieldReader in = new FieldReader();

  /**
   * Reads one message that takes up the given bytes exactly. The message shares nothing with the
   * array.
   */
  public Message decode(byte[] bytes, int offset, int length) throws MalformedMessageException {
    try {
      in.reset(bytes, offset, length);
      Message message = readMessage();
      FieldReader.check(in.remaining() == 0, "it is followed by something");
      return message;
    } catch (MessagePackException e) {
      throw new MalformedMessageException("it ends too early or a field has another type");
    } catch (IOException e) {
      throw new MalformedMessageException("it can't be read");
    }
  }

  private Message readMessage() throws IOException, MalformedMessageException {
    int fields = in.anyArray();
    MessageKind kind = in.constant(MessageKind.TABLE);
    FieldReader.check(fields == 1 + kind.fields(), "it has a wrong number of fields");
    long requestId = in.anyLong();
    return switch (kind) {
      case PROBE -> new Message.Probe(requestId);
      case PROBE_ACK -> new Message.ProbeAck(requestId);
      case FORWARD -> readForward(requestId);
      case FORWARDED -> new Message.Forwarded(requestId, AnswerForm.read(in));
      case FORWARD_TAKEN -> new Message.ForwardTaken(requestId);
      case REPLICATE -> readReplicate(requestId);
      case REPLICATED -> new Message.Replicated(requestId, in.bool());
      case FETCH -> new Message.Fetch(requestId, in.name(), in.bool());
      case FETCHED -> readFetched(requestId);
      case FETCH_VALUE -> readFetchValue(requestId);
      case FETCHED_VALUE -> readFetchedValue(requestId);
      case COMPARE -> readCompare(requestId);
      case DIFFERING -> readDiffering(requestId);
      case RECALL -> new Message.Recall(requestId);
      case RECALLED -> new Message.Recalled(requestId);
      case FORWARD_SETTLED -> new Message.ForwardSettled(requestId);
      case SWEPT_NOTED -> new Message.SweptNoted(requestId);
      case LIST_HELD -> readListHeld(requestId);
      case LISTED -> readListed(requestId);
      case FETCH_CHUNK -> readFetchChunk(requestId);
      case FETCHED_CHUNK -> readFetchedChunk(requestId);
      case MEMBERS_TOLD -> MemberForm.readTold(requestId, in);
      case COMPARE_MEMBERS -> new Message.CompareMembers(requestId, in.anyLong());
      case CONFIRM_HELD -> new Message.ConfirmHeld(requestId, in.anyLong(), readHeldKeys());
      case SWEPT_FOR -> new Message.SweptFor(requestId, in.anyLong());
      case UNWELCOME -> new Message.Unwelcome(requestId, MemberForm.readReason(in));
      case PROBE_FOR -> new Message.ProbeFor(requestId, MemberForm.readId(in));
      case PROBED_FOR -> new Message.ProbedFor(requestId, in.bool());
      case ACCUSED -> BeliefForm.readAccused(requestId, in);
      case MEMBERS_PAGE -> MemberForm.readPage(requestId, in);
      case MEMBER_RANGES -> BeliefForm.readRanges(requestId, in);
      case CLOCK_TOLD -> new Message.ClockTold(requestId, in.anyLong());
      case FOLLOW -> FollowForm.readFollow(requestId, in);
      case FOLLOWED -> FollowForm.readFollowed(requestId, in);
      case COPY -> FollowForm.readCopy(requestId, in);
      case COMPARE_GROUPS -> TreeForm.readCompareGroups(requestId, in);
      case GROUPS_COMPARED -> TreeForm.readGroupsCompared(requestId, in);
      case COMPARE_PARTITIONS -> TreeForm.readComparePartitions(requestId, in);
      case PARTITIONS_COMPARED -> TreeForm.readPartitionsCompared(requestId, in);
      case COMPARE_LEAVES -> TreeForm.readCompareLeaves(requestId, in);
      case LEAVES_COMPARED -> TreeForm.readLeavesCompared(requestId, in);
      case NAME_HASHES -> TreeForm.readNameHashes(requestId, in);
      case HASHES_NAMED -> TreeForm.readHashesNamed(requestId, in);
      case FETCH_RANGE -> TreeForm.readFetchRange(requestId, in);
      case OBSOLETE -> new Message.Obsolete(requestId);
      case UNKNOWN_DIGEST_KEY -> new Message.UnknownDigestKey(requestId);
      case VOUCH -> new Message.Vouch(requestId, in.anyLong());
      case VOUCHED -> ReapForm.readVouched(requestId, in);
      case REAPED -> ReapForm.readReaped(requestId, in);
      case INSIST -> ReapForm.readInsist(requestId, in);
      case FETCHED_RANGE -> TreeForm.readFetchedRange(requestId, in);
    };
  }

  private Message.Forward readForward(long requestId)
      throws IOException, MalformedMessageException {
    long deadlineMillis = in.number(0, Long.MAX_VALUE);
    Command.Change change = ChangeForm.read(in);
    return new Message.Forward(requestId, deadlineMillis, change);
  }

  private Message.Replicate readReplicate(long requestId)
      throws IOException, MalformedMessageException {
    Name name = in.name();
    in.array(CONTENT_FIELDS);
    Version version = VersionForm.read(in);
    Value value = VersionForm.readValue(version, in);
    return new Message.Replicate(requestId, name, new VersionedValue(version, value));
  }

  private Message.Fetched readFetched(long requestId)
      throws IOException, MalformedMessageException {
    int part = (int) in.number(0, WireLimits.MAX_PARTS - 1);
    int parts = (int) in.number(part + 1, WireLimits.MAX_PARTS);
    int size = in.list(WireLimits.MAX_VERSIONS, MIN_CONTENT_BYTES);
    List<FetchedVersion> versions = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(CONTENT_FIELDS);
      Version version = VersionForm.read(in);
      versions.add(new FetchedVersion(version, VersionForm.readOptionalValue(version, in)));
    }
    return new Message.Fetched(requestId, part, parts, List.copyOf(versions));
  }

  private Message.FetchValue readFetchValue(long requestId)
      throws IOException, MalformedMessageException {
    Name name = in.name();
    Dot dot = in.dot();
    return new Message.FetchValue(requestId, name, dot);
  }

  private Message.FetchedValue readFetchedValue(long requestId)
      throws IOException, MalformedMessageException {
    Optional<Value> value = in.skipNil() ? Optional.empty() : Optional.of(in.value());
    return new Message.FetchedValue(requestId, value);
  }

  private Message.Compare readCompare(long requestId)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_NAMES, MIN_DIGEST_BYTES);
    List<KeyDigest> keys = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(DIGEST_FIELDS);
      Name name = in.name();
      keys.add(new KeyDigest(name, in.anyLong()));
    }
    return new Message.Compare(requestId, List.copyOf(keys));
  }

  private Message.Differing readDiffering(long requestId)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_NAMES, MIN_NAME_BYTES);
    List<Name> names = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      names.add(in.name());
    }
    return new Message.Differing(requestId, List.copyOf(names));
  }

  private Message.ListHeld readListHeld(long requestId)
      throws IOException, MalformedMessageException {
    Value prefix = in.inline();
    FieldReader.check(prefix.sizeBytes() <= Name.MAX_BYTES, "a prefix is too long");
    Optional<Name> after = in.skipNil() ? Optional.empty() : Optional.of(in.name());
    int limit = (int) in.number(1, WireLimits.MAX_NAMES);
    return new Message.ListHeld(requestId, prefix, after, limit);
  }

  private Message.Listed readListed(long requestId) throws IOException, MalformedMessageException {
    List<HeldKey> keys = readHeldKeys();
    return new Message.Listed(requestId, keys, in.bool());
  }

  private List<HeldKey> readHeldKeys() throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_NAMES, MIN_DIGEST_BYTES);
    List<HeldKey> keys = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(HELD_KEY_FIELDS);
      Name name = in.name();
      int count = in.list(WireLimits.MAX_VERSIONS, VersionForm.MIN_BYTES);
      FieldReader.check(count > 0, "a key has no versions");
      List<Version> versions = new ArrayList<>(count);
      for (int j = 0; j < count; j++) {
        versions.add(VersionForm.read(in));
      }
      keys.add(new HeldKey(name, List.copyOf(versions)));
    }
    return List.copyOf(keys);
  }

  private Message.FetchChunk readFetchChunk(long requestId)
      throws IOException, MalformedMessageException {
    BlobId blob = in.blobId();
    long offset = in.number(0, Value.Blob.MAX_BYTES);
    int sizeBytes = (int) in.number(1, Message.MAX_CHUNK_BYTES);
    return new Message.FetchChunk(requestId, blob, offset, sizeBytes);
  }

  private Message.FetchedChunk readFetchedChunk(long requestId)
      throws IOException, MalformedMessageException {
    Optional<Value> bytes = in.skipNil() ? Optional.empty() : Optional.of(in.inline());
    return new Message.FetchedChunk(requestId, bytes);
  }
}
