package io.volute.codec;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.identity.Actor;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.message.Message;
import io.volute.message.Message.Accusation;
import io.volute.message.Message.FetchedVersion;
import io.volute.message.Message.HeldKey;
import io.volute.message.Message.KeyDigest;
import io.volute.message.Message.RangeDigest;
import io.volute.record.Mirrors;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Messages of every kind and shape, from a seed: the same seed gives the same messages. */
public final class ArbitraryMessages {
  private final ArbitraryWords words;

  public ArbitraryMessages(long seed) {
    this.words = new ArbitraryWords(seed);
  }

  /** Each kind of message is as likely as any other. */
  public Message message() {
    MessageKind[] kinds = MessageKind.values();
    return message(kinds[words.below(kinds.length)]);
  }

  Message message(MessageKind kind) {
    long requestId = words.anyLong();
    return switch (kind) {
      case PROBE -> new Message.Probe(requestId);
      case PROBE_ACK -> new Message.ProbeAck(requestId);
      case FORWARD -> new Message.Forward(requestId, words.positive(), change());
      case FORWARDED -> new Message.Forwarded(requestId, answer());
      case FORWARD_TAKEN -> new Message.ForwardTaken(requestId);
      case REPLICATE -> new Message.Replicate(requestId, words.name(), versionedValue());
      case REPLICATED -> new Message.Replicated(requestId, words.chance(2));
      case FETCH -> new Message.Fetch(requestId, words.name(), words.chance(2));
      case FETCHED -> fetched(requestId);
      case FETCH_VALUE -> new Message.FetchValue(requestId, words.name(), words.dot());
      case FETCHED_VALUE -> new Message.FetchedValue(requestId, maybe(words::value));
      case COMPARE ->
          new Message.Compare(
              requestId, list(20, () -> new KeyDigest(words.name(), words.anyLong())));
      case DIFFERING -> new Message.Differing(requestId, list(20, words::name));
      case RECALL -> new Message.Recall(requestId);
      case RECALLED -> new Message.Recalled(requestId);
      case FORWARD_SETTLED -> new Message.ForwardSettled(requestId);
      case CONFIRM_HELD ->
          new Message.ConfirmHeld(requestId, words.anyLong(), list(10, this::heldKey));
      case SWEPT_FOR -> new Message.SweptFor(requestId, words.anyLong());
      case SWEPT_NOTED -> new Message.SweptNoted(requestId);
      case LIST_HELD ->
          new Message.ListHeld(
              requestId, Value.of(words.name().utf8()), maybe(words::name), 1 + words.below(500));
      case LISTED -> new Message.Listed(requestId, list(10, this::heldKey), words.chance(2));
      case FETCH_CHUNK ->
          new Message.FetchChunk(
              requestId,
              words.blob().id(),
              words.below(1 << 30),
              1 + words.below(Message.MAX_CHUNK_BYTES));
      case FETCHED_CHUNK -> new Message.FetchedChunk(requestId, maybe(words::inline));
      case MEMBERS_TOLD -> new Message.MembersTold(requestId, list(9, this::member));
      case COMPARE_MEMBERS -> new Message.CompareMembers(requestId, words.anyLong());
      case UNWELCOME -> new Message.Unwelcome(requestId, words.line());
      case PROBE_FOR -> new Message.ProbeFor(requestId, words.nodeId());
      case PROBED_FOR -> new Message.ProbedFor(requestId, words.chance(2));
      case ACCUSED -> new Message.Accused(requestId, list(9, this::accusation));
      case MEMBERS_PAGE ->
          new Message.MembersPage(
              requestId, maybe(words::nodeId), maybe(words::nodeId), list(9, this::member));
      case MEMBER_RANGES ->
          new Message.MemberRanges(requestId, list(9, this::range), words.anyLong());
      case CLOCK_TOLD -> new Message.ClockTold(requestId, words.anyLong());
      case FOLLOW ->
          new Message.Follow(
              requestId, List.of(Value.EMPTY, Value.of(words.name().utf8()), Value.of("p")));
      case FOLLOWED -> new Message.Followed(requestId, words.positive() - 1);
      case COPY -> new Message.Copy(requestId, words.name(), versionedValue());
      case COMPARE_GROUPS ->
          new Message.CompareGroups(
              requestId, words.anyLong(), Stream.generate(words::anyLong).limit(32).toList());
      case GROUPS_COMPARED ->
          new Message.GroupsCompared(requestId, words.below(1 << 30), words.below(1 << 30));
      case COMPARE_PARTITIONS ->
          new Message.ComparePartitions(
              requestId,
              words.anyLong(),
              list(64, () -> new Message.PartitionSum(partition(), mirrors(), words.anyLong())));
      case PARTITIONS_COMPARED ->
          new Message.PartitionsCompared(requestId, list(64, this::branches));
      case COMPARE_LEAVES ->
          new Message.CompareLeaves(requestId, words.anyLong(), partition(), mirrors(), leafSums());
      case LEAVES_COMPARED ->
          new Message.LeavesCompared(
              requestId, words.below(257), list(9, () -> words.below(256)), hashes());
      case NAME_HASHES -> new Message.NameHashes(requestId, words.anyLong(), partition(), hashes());
      case HASHES_NAMED ->
          new Message.HashesNamed(
              requestId, words.below(2048), list(9, words::name), list(9, words::anyLong));
      case FETCH_RANGE ->
          new Message.FetchRange(requestId, partition(), mirrors(), maybe(words::name));
      case FETCHED_RANGE ->
          new Message.FetchedRange(
              requestId,
              list(9, () -> new Message.RangeKey(words.name(), list(3, () -> fetchedVersion()))),
              maybe(words::name));
      case OBSOLETE -> new Message.Obsolete(requestId);
      case UNKNOWN_DIGEST_KEY -> new Message.UnknownDigestKey(requestId);
      case VOUCH -> new Message.Vouch(requestId, words.anyLong());
      case VOUCHED ->
          new Message.Vouched(
              requestId,
              words.anyLong(),
              words.anyLong(),
              words.anyLong(),
              list(9, words::dot),
              list(9, words::dot));
      case REAPED -> new Message.Reaped(requestId, words.name(), list(9, words::dot));
      case INSIST -> new Message.Insist(requestId, words.name(), versionedValue());
    };
  }

  private int partition() {
    return words.below(1024);
  }

  private int mirrors() {
    return 1 + words.below(256);
  }

  private Message.PartitionBranches branches() {
    List<Long> sums = Stream.generate(words::anyLong).limit(Message.BRANCHES).toList();
    return new Message.PartitionBranches(partition(), words.positive(), sums);
  }

  private List<Message.LeafSum> leafSums() {
    return list(9, () -> words.below(256)).stream()
        .distinct()
        .sorted()
        .map(leaf -> new Message.LeafSum(leaf, words.anyLong()))
        .toList();
  }

  private List<Message.HashDigest> hashes() {
    return list(9, () -> new Message.HashDigest(words.anyLong(), words.anyLong()));
  }

  private Accusation accusation() {
    return new Accusation(
        words.nodeId(),
        words.nodeId(),
        words.positive() & Actor.MAX_INCARNATION,
        words.positive(),
        words.chance(2));
  }

  private RangeDigest range() {
    return new RangeDigest(words.nodeId(), words.anyLong());
  }

  private MemberRecord member() {
    Optional<String> zone = maybe(() -> words.nodeId().text());
    HostPort address = new HostPort(words.chance(2) ? "::1" : "h", 1 + words.below(65535));
    MemberEntry entry =
        new MemberEntry(words.nodeId(), address, zone, 1 + words.below(MemberEntry.MAX_WEIGHT));
    return new MemberRecord(
        entry,
        words.oneOf(Role.values()),
        words.oneOf(Stage.values()),
        words.positive() & Actor.MAX_INCARNATION,
        words.positive(),
        words.anyLong());
  }

  private HeldKey heldKey() {
    List<Version> versions = list(3, () -> version(words.below(100)));
    return new HeldKey(words.name(), versions.isEmpty() ? List.of(version(0)) : versions);
  }

  public Version version(long sizeBytes) {
    Version.Kind kind =
        sizeBytes == 0 && words.chance(2) ? Version.Kind.TOMBSTONE : Version.Kind.VALUE;
    Dot dot = words.dot();
    CausalContext replaces = words.context();
    while (replaces.covers(dot)) {
      dot = words.dot();
    }
    long expiresAtMillis = words.chance(2) ? Version.NEVER : words.positive();
    return new Version(
        dot,
        replaces,
        kind,
        words.mirrors(),
        words.anyLong(),
        expiresAtMillis,
        words.contentType(),
        sizeBytes);
  }

  public VersionedValue versionedValue() {
    Value value = words.value();
    return new VersionedValue(version(value.sizeBytes()), value);
  }

  public Command.Change change() {
    Optional<CausalContext> replaces = maybe(words::context);
    if (words.chance(3)) {
      return new Command.Delete(words.name(), replaces, level(), condition());
    }
    Optional<Mirrors> mirrors = maybe(words::mirrors);
    return new Command.Write(
        words.name(),
        words.value(),
        words.contentType(),
        mirrors,
        replaces,
        words.positive(),
        level(),
        condition());
  }

  public Answer answer() {
    if (words.chance(2)) {
      return new Answer.Written(words.context(), words.below(40), words.below(8), words.below(256));
    }
    return new Answer.Refused(
        words.oneOf(Answer.Reason.values()),
        words.line(),
        words.oneOf(Answer.Outcome.values()),
        words.positive());
  }

  private Message.Fetched fetched(long requestId) {
    int parts = 1 + words.below(WireLimits.MAX_PARTS);
    int part = words.below(parts);
    return new Message.Fetched(requestId, part, parts, list(6, this::fetchedVersion));
  }

  private FetchedVersion fetchedVersion() {
    if (words.chance(2)) {
      return new FetchedVersion(version(words.positive()), Optional.empty());
    }
    VersionedValue content = versionedValue();
    return new FetchedVersion(content.version(), Optional.of(content.value()));
  }

  private AckLevel level() {
    AckLevel.Kind kind = words.oneOf(AckLevel.Kind.values());
    int count = kind == AckLevel.Kind.COUNT ? 1 + words.below(Mirrors.MAX_COUNT) : 0;
    return new AckLevel(kind, count);
  }

  private Condition condition() {
    return switch (words.below(4)) {
      case 0 -> Condition.NONE;
      case 1 -> Condition.EXISTS;
      case 2 -> Condition.ABSENT;
      default -> new Condition.Matches(list(4, words::context));
    };
  }

  private <T> Optional<T> maybe(Supplier<T> supplier) {
    return words.chance(3) ? Optional.empty() : Optional.of(supplier.get());
  }

  private <T> List<T> list(int maxSize, Supplier<T> supplier) {
    int size = words.below(maxSize + 1);
    List<T> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(supplier.get());
    }
    return List.copyOf(list);
  }
}
