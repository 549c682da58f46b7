package io.volute.codec;

import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.message.Message.HeldKey;
import io.volute.message.Message.KeyDigest;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.io.IOException;
import java.util.List;

/**
 * Turns messages into bytes, one at a time, into an array that it reuses. For one thread.
 *
 * <p>What it writes, {@link MessageDecoder} reads: a message that breaks a bound of the format is
 * not written at all.
 */
public final class MessageEncoder {
  /** What {@link #encode} returns for a message that is too large or breaks a bound. */
  public static final int UNENCODABLE = -1;

  private final FieldWriter out;

  /**
   * @param maxMessageBytes larger messages are {@link #UNENCODABLE}
   */
  public MessageEncoder(int maxMessageBytes) {
    this.out = new FieldWriter(maxMessageBytes);
  }

  /** The array that {@link #encode} fills from its beginning; its content is only lent. */
  public byte[] bytes() {
    return out.bytes();
  }

  /**
   * Writes one message to the beginning of {@link #bytes}.
   *
   * @return the length of the encoded message, or {@link #UNENCODABLE}
   */
  public int encode(Message message) {
    out.clear();
    try {
      write(MessageKind.of(message), message);
      return out.finish();
    } catch (IOException e) {
      // Nothing is read or written here: this is always our own UnencodableException.
      return UNENCODABLE;
    }
  }

  private void write(MessageKind kind, Message message) throws IOException {
    out.array(1 + kind.fields());
    out.constant(MessageKind.TABLE, kind);
    switch (kind) {
      case PROBE -> out.anyLong(((Message.Probe) message).requestId());
      case PROBE_ACK -> out.anyLong(((Message.ProbeAck) message).requestId());
      case FORWARD -> writeForward((Message.Forward) message);
      case FORWARDED -> writeForwarded((Message.Forwarded) message);
      case FORWARD_TAKEN -> out.anyLong(((Message.ForwardTaken) message).requestId());
      case REPLICATE -> writeReplicate((Message.Replicate) message);
      case REPLICATED -> writeReplicated((Message.Replicated) message);
      case FETCH -> writeFetch((Message.Fetch) message);
      case FETCHED -> writeFetched((Message.Fetched) message);
      case FETCH_VALUE -> writeFetchValue((Message.FetchValue) message);
      case FETCHED_VALUE -> writeFetchedValue((Message.FetchedValue) message);
      case COMPARE -> writeCompare((Message.Compare) message);
      case DIFFERING -> writeDiffering((Message.Differing) message);
      case RECALL -> out.anyLong(((Message.Recall) message).requestId());
      case RECALLED -> out.anyLong(((Message.Recalled) message).requestId());
      case FORWARD_SETTLED -> out.anyLong(((Message.ForwardSettled) message).requestId());
      case SWEPT_NOTED -> out.anyLong(((Message.SweptNoted) message).requestId());
      case LIST_HELD -> writeListHeld((Message.ListHeld) message);
      case LISTED -> writeListed((Message.Listed) message);
      case FETCH_CHUNK -> writeFetchChunk((Message.FetchChunk) message);
      case FETCHED_CHUNK -> writeFetchedChunk((Message.FetchedChunk) message);
      case MEMBERS_TOLD -> MemberForm.writeTold((Message.MembersTold) message, out);
      case COMPARE_MEMBERS -> MemberForm.writeCompare((Message.CompareMembers) message, out);
      case CONFIRM_HELD -> writeConfirmHeld((Message.ConfirmHeld) message);
      case SWEPT_FOR -> writeSweptFor((Message.SweptFor) message);
      case UNWELCOME -> MemberForm.writeUnwelcome((Message.Unwelcome) message, out);
      case PROBE_FOR -> BeliefForm.writeProbeFor((Message.ProbeFor) message, out);
      case PROBED_FOR -> BeliefForm.writeProbedFor((Message.ProbedFor) message, out);
      case ACCUSED -> BeliefForm.writeAccused((Message.Accused) message, out);
      case MEMBERS_PAGE -> MemberForm.writePage((Message.MembersPage) message, out);
      case MEMBER_RANGES -> BeliefForm.writeRanges((Message.MemberRanges) message, out);
      case CLOCK_TOLD -> BeliefForm.writeClock((Message.ClockTold) message, out);
      case FOLLOW -> FollowForm.writeFollow((Message.Follow) message, out);
      case FOLLOWED -> FollowForm.writeFollowed((Message.Followed) message, out);
      case COPY -> FollowForm.writeCopy((Message.Copy) message, out);
      case COMPARE_GROUPS -> TreeForm.write((Message.CompareGroups) message, out);
      case GROUPS_COMPARED -> TreeForm.write((Message.GroupsCompared) message, out);
      case COMPARE_PARTITIONS -> TreeForm.write((Message.ComparePartitions) message, out);
      case PARTITIONS_COMPARED -> TreeForm.write((Message.PartitionsCompared) message, out);
      case COMPARE_LEAVES -> TreeForm.write((Message.CompareLeaves) message, out);
      case LEAVES_COMPARED -> TreeForm.write((Message.LeavesCompared) message, out);
      case NAME_HASHES -> TreeForm.write((Message.NameHashes) message, out);
      case HASHES_NAMED -> TreeForm.write((Message.HashesNamed) message, out);
      case FETCH_RANGE -> TreeForm.write((Message.FetchRange) message, out);
      case OBSOLETE -> out.anyLong(((Message.Obsolete) message).requestId());
      case UNKNOWN_DIGEST_KEY -> out.anyLong(((Message.UnknownDigestKey) message).requestId());
      case VOUCH -> ReapForm.writeVouch((Message.Vouch) message, out);
      case VOUCHED -> ReapForm.writeVouched((Message.Vouched) message, out);
      case REAPED -> ReapForm.writeReaped((Message.Reaped) message, out);
      case INSIST -> ReapForm.writeInsist((Message.Insist) message, out);
      case FETCHED_RANGE -> TreeForm.write((Message.FetchedRange) message, out);
    }
  }

  private void writeForward(Message.Forward message) throws IOException {
    out.anyLong(message.requestId());
    out.number(message.deadlineMillis(), 0, Long.MAX_VALUE);
    ChangeForm.write(message.change(), out);
  }

  private void writeForwarded(Message.Forwarded message) throws IOException {
    out.anyLong(message.requestId());
    AnswerForm.write(message.answer(), out);
  }

  private void writeReplicate(Message.Replicate message) throws IOException {
    out.anyLong(message.requestId());
    out.name(message.name());
    out.array(MessageDecoder.CONTENT_FIELDS);
    VersionForm.write(message.content().version(), out);
    VersionForm.writeValue(message.content().version(), message.content().value(), out);
  }

  private void writeReplicated(Message.Replicated message) throws IOException {
    out.anyLong(message.requestId());
    out.bool(message.stored());
  }

  private void writeFetch(Message.Fetch message) throws IOException {
    out.anyLong(message.requestId());
    out.name(message.name());
    out.bool(message.withValues());
  }

  private void writeFetched(Message.Fetched message) throws IOException {
    out.anyLong(message.requestId());
    out.number(message.part(), 0, message.parts() - 1);
    out.number(message.parts(), 1, WireLimits.MAX_PARTS);
    out.list(message.versions().size(), WireLimits.MAX_VERSIONS);
    for (FetchedVersion fetched : message.versions()) {
      out.array(MessageDecoder.CONTENT_FIELDS);
      VersionForm.write(fetched.version(), out);
      if (fetched.value().isPresent()) {
        VersionForm.writeValue(fetched.version(), fetched.value().get(), out);
      } else {
        out.nil();
      }
    }
  }

  private void writeFetchValue(Message.FetchValue message) throws IOException {
    out.anyLong(message.requestId());
    out.name(message.name());
    out.dot(message.dot());
  }

  private void writeFetchedValue(Message.FetchedValue message) throws IOException {
    out.anyLong(message.requestId());
    if (message.value().isPresent()) {
      out.value(message.value().get());
    } else {
      out.nil();
    }
  }

  private void writeCompare(Message.Compare message) throws IOException {
    out.anyLong(message.requestId());
    out.list(message.keys().size(), WireLimits.MAX_NAMES);
    for (KeyDigest key : message.keys()) {
      out.array(MessageDecoder.DIGEST_FIELDS);
      out.name(key.name());
      out.anyLong(key.digest());
    }
  }

  private void writeDiffering(Message.Differing message) throws IOException {
    out.anyLong(message.requestId());
    out.list(message.names().size(), WireLimits.MAX_NAMES);
    for (Name name : message.names()) {
      out.name(name);
    }
  }

  private void writeListHeld(Message.ListHeld message) throws IOException {
    out.anyLong(message.requestId());
    FieldWriter.check(message.prefix().sizeBytes() <= Name.MAX_BYTES, "a prefix is too long");
    FieldWriter.check(message.prefix() instanceof Value.Inline, "a prefix is a blob");
    out.value(message.prefix());
    if (message.after().isPresent()) {
      out.name(message.after().get());
    } else {
      out.nil();
    }
    out.number(message.limit(), 1, WireLimits.MAX_NAMES);
  }

  private void writeListed(Message.Listed message) throws IOException {
    out.anyLong(message.requestId());
    writeHeldKeys(message.keys());
    out.bool(message.more());
  }

  private void writeConfirmHeld(Message.ConfirmHeld message) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.placement());
    writeHeldKeys(message.keys());
  }

  private void writeHeldKeys(List<HeldKey> keys) throws IOException {
    out.list(keys.size(), WireLimits.MAX_NAMES);
    for (HeldKey key : keys) {
      out.array(MessageDecoder.HELD_KEY_FIELDS);
      out.name(key.name());
      out.list(key.versions().size(), WireLimits.MAX_VERSIONS);
      for (Version version : key.versions()) {
        VersionForm.write(version, out);
      }
    }
  }

  private void writeSweptFor(Message.SweptFor message) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.placement());
  }

  private void writeFetchChunk(Message.FetchChunk message) throws IOException {
    out.anyLong(message.requestId());
    out.blobId(message.blob());
    out.number(message.offset(), 0, Value.Blob.MAX_BYTES);
    out.number(message.sizeBytes(), 1, Message.MAX_CHUNK_BYTES);
  }

  private void writeFetchedChunk(Message.FetchedChunk message) throws IOException {
    out.anyLong(message.requestId());
    if (message.bytes().isPresent()) {
      FieldWriter.check(message.bytes().get() instanceof Value.Inline, "a chunk is a blob");
      out.value(message.bytes().get());
    } else {
      out.nil();
    }
  }
}
