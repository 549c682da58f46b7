package io.volute.codec;

import io.volute.message.Message;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What followers and those whom they follow say to each other. */
final class FollowForm {
  /** Before everything has been brought. */
  private static final long NOT_YET = -1;

  private static final int CONTENT_FIELDS = 2;
  private static final int MIN_PREFIX_BYTES = 2;

  private FollowForm() {}

  static void writeFollow(Message.Follow message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    FieldWriter.check(!message.prefixes().isEmpty(), "nothing is followed");
    out.list(message.prefixes().size(), WireLimits.MAX_FOLLOWED);
    for (Value prefix : message.prefixes()) {
      FieldWriter.check(prefix instanceof Value.Inline, "a prefix is a blob");
      FieldWriter.check(prefix.sizeBytes() <= Name.MAX_BYTES, "a prefix is too long");
      out.value(prefix);
    }
  }

  static Message.Follow readFollow(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_FOLLOWED, MIN_PREFIX_BYTES);
    FieldReader.check(size > 0, "nothing is followed");
    List<Value> prefixes = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Value prefix = in.inline();
      FieldReader.check(prefix.sizeBytes() <= Name.MAX_BYTES, "a prefix is too long");
      prefixes.add(prefix);
    }
    return new Message.Follow(requestId, List.copyOf(prefixes));
  }

  static void writeFollowed(Message.Followed message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.number(message.behindMillis(), NOT_YET, Long.MAX_VALUE);
  }

  static Message.Followed readFollowed(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    return new Message.Followed(requestId, in.number(NOT_YET, Long.MAX_VALUE));
  }

  static void writeCopy(Message.Copy message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.name(message.name());
    out.array(CONTENT_FIELDS);
    VersionForm.write(message.content().version(), out);
    VersionForm.writeValue(message.content().version(), message.content().value(), out);
  }

  static Message.Copy readCopy(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    Name name = in.name();
    in.array(CONTENT_FIELDS);
    Version version = VersionForm.read(in);
    Value value = VersionForm.readValue(version, in);
    return new Message.Copy(requestId, name, new VersionedValue(version, value));
  }
}
