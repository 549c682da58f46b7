package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.ContextBytes;
import io.volute.causal.Dot;
import io.volute.codec.MessageDecoder;
import io.volute.codec.MessageEncoder;
import io.volute.codec.WireLimits;
import io.volute.command.AckLevel;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The largest value that a plain datagram is promised to carry, with the most that goes with it.
 */
class LargestValueTest {
  private static final Name NAME = Name.of("n".repeat(Name.MAX_BYTES));
  private static final NodeId NODE = new NodeId("w".repeat(NodeId.MAX_LENGTH));
  private static final Value VALUE = Value.of(new byte[Datagram.MAX_VALUE_BYTES]);
  private static final Version VERSION =
      new Version(
          new Dot(new Actor(NODE, Actor.MAX_INCARNATION), Long.MAX_VALUE),
          contextOf(ContextBytes.MAX_BYTES),
          Version.Kind.VALUE,
          new Mirrors(Mirrors.MAX_COUNT),
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          "c".repeat(Version.MAX_CONTENT_TYPE_LENGTH),
          VALUE.sizeBytes());

  @Test
  void shouldFitIntoReplicate() throws Exception {
    assertFits(new Message.Replicate(Long.MIN_VALUE, NAME, new VersionedValue(VERSION, VALUE)));
  }

  @Test
  void shouldFitIntoForward() throws Exception {
    assertFits(forward(List.of(contextOf(WireLimits.ASSURED_MATCHES_BYTES))));

    int each = WireLimits.ASSURED_MATCHES_BYTES / WireLimits.MAX_MATCHES;
    List<CausalContext> many = new ArrayList<>();
    for (int i = 0; i < WireLimits.MAX_MATCHES; i++) {
      many.add(contextOf(each));
    }
    assertFits(forward(many));
  }

  @Test
  void shouldFitIntoFetched() throws Exception {
    assertFits(
        new Message.Fetched(
            Long.MIN_VALUE, 62, 64, List.of(new FetchedVersion(VERSION, Optional.of(VALUE)))));
  }

  @Test
  void shouldFitIntoFetchedValue() throws Exception {
    assertFits(new Message.FetchedValue(Long.MIN_VALUE, Optional.of(VALUE)));
  }

  private static Message forward(List<CausalContext> matches) {
    return new Message.Forward(
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        new Command.Write(
            NAME,
            VALUE,
            VERSION.contentType(),
            Optional.of(VERSION.mirrors()),
            Optional.of(VERSION.replaces()),
            Long.MAX_VALUE,
            AckLevel.of(Mirrors.MAX_COUNT),
            new Condition.Matches(matches)));
  }

  private static void assertFits(Message message) throws Exception {
    MessageEncoder encoder = new MessageEncoder(Datagram.MAX_MESSAGE_BYTES);
    int length = encoder.encode(message);
    assertNotEquals(MessageEncoder.UNENCODABLE, length);
    assertEquals(message, new MessageDecoder().decode(encoder.bytes(), 0, length));
    int largest = Datagram.MAX_HEADER_BYTES + Datagram.LENGTH_FIELD_BYTES + length;
    assertTrue(largest <= Datagram.MAX_BYTES, largest + " bytes");
  }

  /** A context of just this many bytes. */
  private static CausalContext contextOf(int sizeBytes) {
    CausalContext context = CausalContext.EMPTY;
    for (long counter = 1; ; counter++) {
      CausalContext larger = context.with(new Dot(new Actor(new NodeId("x"), 1), counter));
      if (ContextBytes.sizeBytes(larger) > sizeBytes) {
        break;
      }
      context = larger;
    }
    assertEquals(sizeBytes, ContextBytes.sizeBytes(context));
    return context;
  }
}
