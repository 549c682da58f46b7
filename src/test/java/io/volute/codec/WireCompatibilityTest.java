package io.volute.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.message.Message.KeyDigest;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Holds the bytes of an example of each message fixed. When a test here fails, members of different
 * versions no longer understand each other: see the rules in {@code docs/internals/wire.md} before
 * changing an expected value.
 */
class WireCompatibilityTest {
  private static final Name NAME = Name.of("kéy");
  private static final Actor ACTOR = new Actor(new NodeId("n1"), 7);
  private static final Dot DOT = new Dot(ACTOR, 300);
  private static final CausalContext SEEN =
      CausalContext.of(new Dot(ACTOR, 12)).raised(new Actor(new NodeId("n2"), 0), 4);
  private static final Version VERSION =
      new Version(
          DOT,
          SEEN,
          Version.Kind.VALUE,
          new Mirrors(3),
          1_700_000_000_000L,
          1_700_000_060_000L,
          "text/plain",
          2);
  private static final Version TOMBSTONE =
      new Version(DOT, SEEN, Version.Kind.TOMBSTONE, Mirrors.CLONE, 1_700_000_000_000L, 0, "", 0);

  private final MessageEncoder encoder = new MessageEncoder(1000);
  private final MessageDecoder decoder = new MessageDecoder();

  @Test
  void shouldWriteProbesAsEver() throws Exception {
    assertBytes("920101", new Message.Probe(1));
    assertBytes("9202d3fedcba9876543211", new Message.ProbeAck(-0x0123_4567_89ab_cdefL));
  }

  @Test
  void shouldWriteForwardedWritesAsEver() throws Exception {
    assertBytes(
        "940305cd07d09901a46bc3a979c4026869aa746578742f706c61696e03c40e02026e31070001"
            + "0c026e32000400cdea60920102920392c40e02026e310700010c026e32000400c40100",
        new Message.Forward(
            5,
            2000,
            new Command.Write(
                NAME,
                Value.of("hi"),
                "text/plain",
                Optional.of(new Mirrors(3)),
                Optional.of(SEEN),
                60_000,
                AckLevel.of(2),
                new Condition.Matches(List.of(SEEN, CausalContext.EMPTY)))));
    assertBytes(
        "940305cd07d09901a46bc3a979c400a0c0c0009200009102",
        new Message.Forward(
            5,
            2000,
            new Command.Write(
                NAME,
                Value.EMPTY,
                "",
                Optional.empty(),
                Optional.empty(),
                0,
                AckLevel.DEFAULT,
                Condition.ABSENT)));
  }

  @Test
  void shouldWriteForwardedDeletesAsEver() throws Exception {
    assertBytes(
        "940306019502a46bc3a979c40e02026e310700010c026e320004009202009101",
        new Message.Forward(
            6, 1, new Command.Delete(NAME, Optional.of(SEEN), AckLevel.QUORUM, Condition.EXISTS)));
    assertBytes(
        "940306019502a46bc3a979c09203009100",
        new Message.Forward(
            6, 1, new Command.Delete(NAME, Optional.empty(), AckLevel.ALL, Condition.NONE)));
  }

  @Test
  void shouldWriteAnswersToForwardedChangesAsEver() throws Exception {
    assertBytes(
        "9304089501c40e02026e310700010c026e32000400010203",
        new Message.Forwarded(8, new Answer.Written(SEEN, 1, 2, 3)));
    assertBytes(
        "930408950206ab6f6e6c792031206f66203302ccfa",
        new Message.Forwarded(
            8,
            new Answer.Refused(
                Answer.Reason.UNAVAILABLE, "only 1 of 3", Answer.Outcome.UNKNOWN, 250)));
    assertBytes("920509", new Message.ForwardTaken(9));
  }

  @Test
  void shouldWriteReplicationAsEver() throws Exception {
    assertBytes(
        "94060aa46bc3a979929893a26e3107cd012cc40e02026e310700010c026e320004000103cf00"
            + "00018bcfe56800cf0000018bcfe65260aa746578742f706c61696e02c4026869",
        new Message.Replicate(10, NAME, new VersionedValue(VERSION, Value.of("hi"))));
    assertBytes(
        "94060aa46bc3a979929893a26e3107cd012cc40e02026e310700010c026e320004000200cf00"
            + "00018bcfe5680000a000c400",
        new Message.Replicate(10, NAME, new VersionedValue(TOMBSTONE, Value.EMPTY)));
    assertBytes("93070bc3", new Message.Replicated(11, true));
  }

  @Test
  void shouldWriteFetchesAsEver() throws Exception {
    assertBytes("94080ca46bc3a979c3", new Message.Fetch(12, NAME, true));
    assertBytes(
        "95090d010292929893a26e3107cd012cc40e02026e310700010c026e320004000103cf000001"
            + "8bcfe56800cf0000018bcfe65260aa746578742f706c61696e02c4026869929893a26e3107cd"
            + "012cc40e02026e310700010c026e320004000103cf0000018bcfe56800cf0000018bcfe65260"
            + "aa746578742f706c61696e02c0",
        new Message.Fetched(
            13,
            1,
            2,
            List.of(
                new FetchedVersion(VERSION, Optional.of(Value.of("hi"))),
                new FetchedVersion(VERSION, Optional.empty()))));
    assertBytes("940a0ea46bc3a97993a26e3107cd012c", new Message.FetchValue(14, NAME, DOT));
    assertBytes("930b0fc4026869", new Message.FetchedValue(15, Optional.of(Value.of("hi"))));
    assertBytes("930b0fc0", new Message.FetchedValue(15, Optional.empty()));
  }

  @Test
  void shouldWriteComparisonsAsEver() throws Exception {
    assertBytes(
        "930c109292a46bc3a979ff92a17acf1000000000000000",
        new Message.Compare(
            16, List.of(new KeyDigest(NAME, -1), new KeyDigest(Name.of("z"), 1L << 60))));
    assertBytes("930d1191a46bc3a979", new Message.Differing(17, List.of(NAME)));
    assertBytes("920e12", new Message.Recall(18));
    assertBytes("920f13", new Message.Recalled(19));
    assertBytes("921216", new Message.ForwardSettled(22));
    assertBytes("93281705", new Message.SweptFor(23, 5));
    assertBytes("921418", new Message.SweptNoted(24));
    assertBytes("951014c40170c040", new Message.ListHeld(20, Value.of("p"), Optional.empty(), 64));
    assertBytes("94111590c3", new Message.Listed(21, List.of(), true));
  }

  @Test
  void shouldWriteWordsOfMembersAsEver() throws Exception {
    MemberEntry entry =
        new MemberEntry(new NodeId("n1"), new HostPort("h", 9), Optional.of("z"), 2);
    MemberRecord member = new MemberRecord(entry, Role.FOLLOWER, Stage.LEAVING, 7, 3, -1);
    assertBytes(
        "9317019199a26e31a3683a39a17a0201010703ff", new Message.MembersTold(1, List.of(member)));
    assertBytes("93180105", new Message.CompareMembers(1, 5));
    assertBytes("931901a26e6f", new Message.Unwelcome(1, "no"));
    NodeId n1 = new NodeId("n1");
    assertBytes(
        "951d01a26e31c09199a26e31a3683a39a17a0201010703ff",
        new Message.MembersPage(1, Optional.of(n1), Optional.empty(), List.of(member)));
    assertBytes(
        "941e019192a26e310506",
        new Message.MemberRanges(1, List.of(new Message.RangeDigest(n1, 5)), 6));
    assertBytes("931f0107", new Message.ClockTold(1, 7));
  }

  @Test
  void shouldWriteWhatMembersBelieveAsEver() throws Exception {
    NodeId n1 = new NodeId("n1");
    assertBytes("931a01a26e31", new Message.ProbeFor(1, n1));
    assertBytes("931b01c3", new Message.ProbedFor(1, true));
    assertBytes(
        "931c019195a26e32a26e310703c2",
        new Message.Accused(1, List.of(new Message.Accusation(new NodeId("n2"), n1, 7, 3, false))));
  }

  @Test
  void shouldWriteWhatFollowersSayAsEver() throws Exception {
    assertBytes("93290192c400c40161", new Message.Follow(1, List.of(Value.EMPTY, Value.of("a"))));
    assertBytes("932a01ff", new Message.Followed(1, -1));
    assertBytes("932a01cd012c", new Message.Followed(1, 300));
  }

  @Test
  void shouldAskForConfirmationAsEver() throws Exception {
    assertBytes("942c010290", new Message.ConfirmHeld(1, 2, List.of()));
  }

  @Test
  void shouldWriteWordsOfTreesAsEver() throws Exception {
    assertBytes(
        "94320100dc0020" + "05".repeat(32),
        new Message.CompareGroups(1, 0, Collections.nCopies(32, 5L)));
    assertBytes("94330109ceffffffff", new Message.GroupsCompared(1, 9, 0xFFFFFFFFL));
    assertBytes(
        "943401d3800000000000000091" + "9307cd0100ff",
        new Message.ComparePartitions(
            1, Long.MIN_VALUE, List.of(new Message.PartitionSum(7, 256, -1))));
    assertBytes(
        "93350191" + "930709dc0010" + "05".repeat(16),
        new Message.PartitionsCompared(
            1, List.of(new Message.PartitionBranches(7, 9, Collections.nCopies(16, 5L)))));
    assertBytes(
        "96360105070391" + "92ccff04",
        new Message.CompareLeaves(1, 5, 7, 3, List.of(new Message.LeafSum(255, 4))));
    assertBytes(
        "953701cd01009109919206ff",
        new Message.LeavesCompared(1, 256, List.of(9), List.of(new Message.HashDigest(6, -1))));
    assertBytes(
        "9538010507919206ff",
        new Message.NameHashes(1, 5, 7, List.of(new Message.HashDigest(6, -1))));
    assertBytes(
        "9539010291a46bc3a9799106", new Message.HashesNamed(1, 2, List.of(NAME), List.of(6L)));
    assertBytes("953a010703c0", new Message.FetchRange(1, 7, 3, Optional.empty()));
    assertBytes(
        "943b019192a46bc3a97990a46bc3a979",
        new Message.FetchedRange(
            1, List.of(new Message.RangeKey(NAME, List.of())), Optional.of(NAME)));
    assertBytes("923c01", new Message.Obsolete(1));
    assertBytes("924101", new Message.UnknownDigestKey(1));
  }

  @Test
  void shouldWriteWordsOfReapingAsEver() throws Exception {
    String dot = "93a26e3107cd012c";
    assertBytes("933d0109", new Message.Vouch(1, 9));
    assertBytes(
        "973e0109070891" + dot + "90", new Message.Vouched(1, 9, 7, 8, List.of(DOT), List.of()));
    assertBytes("943f01a46bc3a97991" + dot, new Message.Reaped(1, NAME, List.of(DOT)));
  }

  private void assertBytes(String expectedHex, Message message) throws Exception {
    int length = encoder.encode(message);
    byte[] bytes = Arrays.copyOf(encoder.bytes(), length);
    byte[] expected = HexFormat.of().parseHex(expectedHex);
    assertArrayEquals(expected, bytes, () -> HexFormat.of().formatHex(bytes));
    assertEquals(message, decoder.decode(bytes, 0, bytes.length));
  }
}
