package io.volute.codec;

import io.volute.identity.Actor;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.message.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What members say of members: {@code [id, address, zone or nil, weight, role, stage, incarnation,
 * counter, in place]} for each.
 */
final class MemberForm {
  private static final int FIELDS = 9;
  private static final int MIN_BYTES = 14;
  private static final int MAX_ADDRESS_LENGTH = 300;

  private MemberForm() {}

  static void writeTold(Message.MembersTold message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    writeAll(message.members(), out);
  }

  static Message.MembersTold readTold(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    return new Message.MembersTold(requestId, readAll(in));
  }

  static void writePage(Message.MembersPage message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    writeBound(message.after(), out);
    writeBound(message.upTo(), out);
    writeAll(message.members(), out);
  }

  static Message.MembersPage readPage(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    Optional<NodeId> after = readBound(in);
    Optional<NodeId> upTo = readBound(in);
    return new Message.MembersPage(requestId, after, upTo, readAll(in));
  }

  private static void writeBound(Optional<NodeId> bound, FieldWriter out) throws IOException {
    if (bound.isPresent()) {
      writeId(bound.get(), out);
    } else {
      out.nil();
    }
  }

  private static Optional<NodeId> readBound(FieldReader in)
      throws IOException, MalformedMessageException {
    return in.skipNil() ? Optional.empty() : Optional.of(readId(in));
  }

  static void writeId(NodeId id, FieldWriter out) throws IOException {
    out.printable(id.text(), NodeId.MAX_LENGTH);
  }

  static NodeId readId(FieldReader in) throws IOException, MalformedMessageException {
    String id = in.printable(NodeId.MAX_LENGTH);
    FieldReader.check(NodeId.isValid(id), "a member's id is malformed");
    return new NodeId(id);
  }

  private static void writeAll(List<MemberRecord> members, FieldWriter out) throws IOException {
    out.list(members.size(), WireLimits.MAX_MEMBERS);
    for (MemberRecord member : members) {
      write(member, out);
    }
  }

  private static List<MemberRecord> readAll(FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_MEMBERS, MIN_BYTES);
    List<MemberRecord> members = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      members.add(read(in));
    }
    return List.copyOf(members);
  }

  static void writeCompare(Message.CompareMembers message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.digest());
  }

  static void writeUnwelcome(Message.Unwelcome message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.utf8(Texts.lineBytes(message.reason(), WireLimits.MAX_EXPLANATION_BYTES));
  }

  static String readReason(FieldReader in) throws IOException, MalformedMessageException {
    return Texts.line(in.utf8(WireLimits.MAX_EXPLANATION_BYTES));
  }

  private static void write(MemberRecord member, FieldWriter out) throws IOException {
    MemberEntry entry = member.entry();
    out.array(FIELDS);
    writeId(entry.id(), out);
    out.printable(entry.address().toString(), MAX_ADDRESS_LENGTH);
    if (entry.zone().isPresent()) {
      out.printable(entry.zone().get(), NodeId.MAX_LENGTH);
    } else {
      out.nil();
    }
    out.number(entry.weight(), 1, MemberEntry.MAX_WEIGHT);
    out.constant(Numbers.ROLES, member.role());
    out.constant(Numbers.STAGES, member.stage());
    out.number(member.incarnation(), 0, Actor.MAX_INCARNATION);
    out.number(member.counter(), 0, Long.MAX_VALUE);
    out.anyLong(member.inPlace());
  }

  private static MemberRecord read(FieldReader in) throws IOException, MalformedMessageException {
    in.array(FIELDS);
    NodeId id = readId(in);
    Optional<HostPort> address = HostPort.parse(in.printable(MAX_ADDRESS_LENGTH));
    FieldReader.check(address.isPresent(), "a member's address is malformed");
    Optional<String> zone =
        in.skipNil() ? Optional.empty() : Optional.of(in.printable(NodeId.MAX_LENGTH));
    FieldReader.check(zone.isEmpty() || NodeId.isValid(zone.get()), "a zone is malformed");
    int weight = (int) in.number(1, MemberEntry.MAX_WEIGHT);
    Role role = in.constant(Numbers.ROLES);
    Stage stage = in.constant(Numbers.STAGES);
    long incarnation = in.number(0, Actor.MAX_INCARNATION);
    long counter = in.number(0, Long.MAX_VALUE);
    MemberEntry entry = new MemberEntry(id, address.orElseThrow(), zone, weight);
    return new MemberRecord(entry, role, stage, incarnation, counter, in.anyLong());
  }
}
