package io.volute.codec;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.Accusation;
import io.volute.message.Message.RangeDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How members watch each other: {@code [accuser, member, incarnation, counter, dead]} for each
 * accusation, {@code [up to, digest]} for each range of names.
 */
final class BeliefForm {
  private static final int ACCUSATION_FIELDS = 5;
  private static final int MIN_ACCUSATION_BYTES = 8;
  private static final int RANGE_FIELDS = 2;
  private static final int MIN_RANGE_BYTES = 4;

  private BeliefForm() {}

  static void writeProbeFor(Message.ProbeFor message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    MemberForm.writeId(message.member(), out);
  }

  static void writeProbedFor(Message.ProbedFor message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.bool(message.answered());
  }

  static void writeAccused(Message.Accused message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.list(message.accusations().size(), WireLimits.MAX_MEMBERS);
    for (Accusation accusation : message.accusations()) {
      out.array(ACCUSATION_FIELDS);
      MemberForm.writeId(accusation.accuser(), out);
      MemberForm.writeId(accusation.member(), out);
      out.number(accusation.incarnation(), 0, Actor.MAX_INCARNATION);
      out.number(accusation.counter(), 0, Long.MAX_VALUE);
      out.bool(accusation.dead());
    }
  }

  static Message.Accused readAccused(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_MEMBERS, MIN_ACCUSATION_BYTES);
    List<Accusation> accusations = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(ACCUSATION_FIELDS);
      NodeId accuser = MemberForm.readId(in);
      NodeId member = MemberForm.readId(in);
      long incarnation = in.number(0, Actor.MAX_INCARNATION);
      long counter = in.number(0, Long.MAX_VALUE);
      accusations.add(new Accusation(accuser, member, incarnation, counter, in.bool()));
    }
    return new Message.Accused(requestId, List.copyOf(accusations));
  }

  static void writeClock(Message.ClockTold message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.wallMillis());
  }

  static void writeRanges(Message.MemberRanges message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.list(message.ranges().size(), WireLimits.MAX_MEMBERS);
    for (RangeDigest range : message.ranges()) {
      out.array(RANGE_FIELDS);
      MemberForm.writeId(range.upTo(), out);
      out.anyLong(range.digest());
    }
    out.anyLong(message.restDigest());
  }

  static Message.MemberRanges readRanges(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_MEMBERS, MIN_RANGE_BYTES);
    List<RangeDigest> ranges = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      in.array(RANGE_FIELDS);
      NodeId upTo = MemberForm.readId(in);
      ranges.add(new RangeDigest(upTo, in.anyLong()));
    }
    return new Message.MemberRanges(requestId, List.copyOf(ranges), in.anyLong());
  }
}
