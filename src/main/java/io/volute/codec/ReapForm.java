package io.volute.codec;

import io.volute.causal.Dot;
import io.volute.message.Message;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What members say to each other of what may be reaped. */
final class ReapForm {
  private static final int CONTENT_FIELDS = 2;
  private static final int MIN_DOT_BYTES = 5;

  private ReapForm() {}

  static void writeVouch(Message.Vouch message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.placement());
  }

  static void writeVouched(Message.Vouched message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.anyLong(message.placement());
    out.anyLong(message.boot());
    out.anyLong(message.wallMillis());
    dots(message.heard(), out);
    dots(message.floors(), out);
  }

  static Message.Vouched readVouched(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    long placement = in.anyLong();
    long boot = in.anyLong();
    long wallMillis = in.anyLong();
    List<Dot> heard = dots(in);
    return new Message.Vouched(requestId, placement, boot, wallMillis, heard, dots(in));
  }

  static void writeReaped(Message.Reaped message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.name(message.name());
    dots(message.dots(), out);
  }

  static Message.Reaped readReaped(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    Name name = in.name();
    return new Message.Reaped(requestId, name, dots(in));
  }

  static void writeInsist(Message.Insist message, FieldWriter out) throws IOException {
    out.anyLong(message.requestId());
    out.name(message.name());
    out.array(CONTENT_FIELDS);
    VersionForm.write(message.content().version(), out);
    VersionForm.writeValue(message.content().version(), message.content().value(), out);
  }

  static Message.Insist readInsist(long requestId, FieldReader in)
      throws IOException, MalformedMessageException {
    Name name = in.name();
    in.array(CONTENT_FIELDS);
    Version version = VersionForm.read(in);
    return new Message.Insist(
        requestId, name, new VersionedValue(version, VersionForm.readValue(version, in)));
  }

  private static void dots(List<Dot> dots, FieldWriter out) throws IOException {
    out.list(dots.size(), WireLimits.MAX_DOTS);
    for (Dot dot : dots) {
      out.dot(dot);
    }
  }

  private static List<Dot> dots(FieldReader in) throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_DOTS, MIN_DOT_BYTES);
    List<Dot> dots = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      dots.add(in.dot());
    }
    return List.copyOf(dots);
  }
}
