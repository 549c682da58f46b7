package io.volute.codec;

import io.volute.message.Message;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The message table: which number stands for which message. A number is never reused, see {@code
 * docs/internals/wire.md}.
 */
enum MessageKind {
  PROBE(1, Message.Probe.class),
  PROBE_ACK(2, Message.ProbeAck.class),
  FORWARD(3, Message.Forward.class),
  FORWARDED(4, Message.Forwarded.class),
  FORWARD_TAKEN(5, Message.ForwardTaken.class),
  REPLICATE(6, Message.Replicate.class),
  REPLICATED(7, Message.Replicated.class),
  FETCH(8, Message.Fetch.class),
  FETCHED(9, Message.Fetched.class),
  FETCH_VALUE(10, Message.FetchValue.class),
  FETCHED_VALUE(11, Message.FetchedValue.class),
  COMPARE(12, Message.Compare.class),
  DIFFERING(13, Message.Differing.class),
  RECALL(14, Message.Recall.class),
  RECALLED(15, Message.Recalled.class),
  LIST_HELD(16, Message.ListHeld.class),
  LISTED(17, Message.Listed.class),
  FORWARD_SETTLED(18, Message.ForwardSettled.class),
  SWEPT_NOTED(20, Message.SweptNoted.class),
  FETCH_CHUNK(21, Message.FetchChunk.class),
  FETCHED_CHUNK(22, Message.FetchedChunk.class),
  MEMBERS_TOLD(23, Message.MembersTold.class),
  COMPARE_MEMBERS(24, Message.CompareMembers.class),
  UNWELCOME(25, Message.Unwelcome.class),
  PROBE_FOR(26, Message.ProbeFor.class),
  PROBED_FOR(27, Message.ProbedFor.class),
  ACCUSED(28, Message.Accused.class),
  MEMBERS_PAGE(29, Message.MembersPage.class),
  MEMBER_RANGES(30, Message.MemberRanges.class),
  CLOCK_TOLD(31, Message.ClockTold.class),
  SWEPT_FOR(40, Message.SweptFor.class),
  FOLLOW(41, Message.Follow.class),
  FOLLOWED(42, Message.Followed.class),
  COPY(43, Message.Copy.class),
  CONFIRM_HELD(44, Message.ConfirmHeld.class),
  COMPARE_GROUPS(50, Message.CompareGroups.class),
  GROUPS_COMPARED(51, Message.GroupsCompared.class),
  COMPARE_PARTITIONS(52, Message.ComparePartitions.class),
  PARTITIONS_COMPARED(53, Message.PartitionsCompared.class),
  COMPARE_LEAVES(54, Message.CompareLeaves.class),
  LEAVES_COMPARED(55, Message.LeavesCompared.class),
  NAME_HASHES(56, Message.NameHashes.class),
  HASHES_NAMED(57, Message.HashesNamed.class),
  FETCH_RANGE(58, Message.FetchRange.class),
  FETCHED_RANGE(59, Message.FetchedRange.class),
  OBSOLETE(60, Message.Obsolete.class),
  VOUCH(61, Message.Vouch.class),
  VOUCHED(62, Message.Vouched.class),
  REAPED(63, Message.Reaped.class),
  INSIST(64, Message.Insist.class),
  UNKNOWN_DIGEST_KEY(65, Message.UnknownDigestKey.class);

  static final NumberTable<MessageKind> TABLE =
      NumberTable.of("message", MessageKind.class, kind -> kind.number);

  private static final Map<Class<?>, MessageKind> BY_TYPE =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(MessageKind::type, Function.identity()));

  private final int number;
  private final Class<? extends Message> type;
  private final int fields;

  MessageKind(int number, Class<? extends Message> type) {
    this.number = number;
    this.type = type;
    this.fields = type.getRecordComponents().length;
  }

  static MessageKind of(Message message) {
    return BY_TYPE.get(message.getClass());
  }

  Class<? extends Message> type() {
    return type;
  }

  /** How many fields follow the number: a record's components are its fields on the wire. */
  int fields() {
    return fields;
  }
}
