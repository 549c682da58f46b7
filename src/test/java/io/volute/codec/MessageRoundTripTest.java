package io.volute.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageRoundTripTest {
  private static final long SEED = 20_240_601;

  private final MessageEncoder encoder = new MessageEncoder(60_000);
  private final MessageDecoder decoder = new MessageDecoder();

  @Test
  void shouldReadWhatWasWrittenForMessagesOfEveryKind() throws Exception {
    for (MessageKind kind : MessageKind.values()) {
      for (int i = 0; i < 1000; i++) {
        Message message = new ArbitraryMessages(SEED + i).message(kind);
        String where = kind + ", seed " + (SEED + i);
        byte[] bytes = encode(message);
        Message decoded = decoder.decode(bytes, 0, bytes.length);
        assertEquals(message, decoded, where);
        assertEquals(List.of(bytes.length), List.of(encode(decoded).length), where);
      }
    }
  }

  @Test
  void shouldReadFromTheMiddleOfAnArray() throws Exception {
    byte[] bytes = encode(new Message.Probe(77));
    byte[] surrounded = new byte[bytes.length + 20];
    Arrays.fill(surrounded, (byte) 0xc1);
    System.arraycopy(bytes, 0, surrounded, 10, bytes.length);

    assertEquals(new Message.Probe(77), decoder.decode(surrounded, 10, bytes.length));
  }

  private static Stream<Class<?>> recordsOf(Class<?> type) {
    return type.isRecord()
        ? Stream.of(type)
        : Arrays.stream(type.getPermittedSubclasses()).flatMap(MessageRoundTripTest::recordsOf);
  }

  @Test
  void shouldHaveANumberForEveryMessage() {
    Set<Class<?>> numbered =
        Arrays.stream(MessageKind.values()).map(MessageKind::type).collect(Collectors.toSet());

    assertEquals(recordsOf(Message.class).collect(Collectors.toSet()), numbered);
  }

  @Test
  void shouldCutAnExplanationThatIsTooLongAndKeepItOnOneLine() throws Exception {
    String tooLong = "a\r\nb\u0000" + "😀".repeat(400);
    Message message =
        new Message.Forwarded(1, Answer.Refused.notApplied(Answer.Reason.TOO_LARGE, tooLong));

    byte[] bytes = encode(message);
    Message.Forwarded decoded = (Message.Forwarded) decoder.decode(bytes, 0, bytes.length);

    String expected = "a  b " + "😀".repeat((WireLimits.MAX_EXPLANATION_BYTES - 5) / 4);
    assertEquals(Answer.Refused.notApplied(Answer.Reason.TOO_LARGE, expected), decoded.answer());
  }

  @Test
  void shouldRefuseToWriteWhatNoReaderTakes() {
    Version version = new ArbitraryMessages(1).version(5);
    assertUnencodable(new Message.Fetched(1, 1, 1, List.of()));
    assertUnencodable(new Message.Fetched(1, 0, WireLimits.MAX_PARTS + 1, List.of()));
    assertUnencodable(
        new Message.Fetched(
            1, 0, 1, List.of(new Message.FetchedVersion(version, Optional.of(Value.EMPTY)))));
    assertUnencodable(
        new Message.Differing(1, Collections.nCopies(WireLimits.MAX_NAMES + 1, Name.of("name"))));
    assertUnencodable(new Message.Forwarded(1, new Answer.NotFound(CausalContext.EMPTY, 1, 1)));
    assertUnencodable(write("a\nb", 0));
    assertUnencodable(write("x".repeat(256), 0));
    assertUnencodable(write("text/plain", -1));
    assertUnencodable(new Message.Forwarded(1, new Answer.Written(tooLargeContext(), 1, 1, 1)));
  }

  @Test
  void shouldRefuseToWriteWhatDoesNotFitAndGoOnAfterwards() throws Exception {
    MessageEncoder small = new MessageEncoder(100);
    int overhead = 1 + 1 + 1 + 2;

    for (int size = 50; size < 200; size++) {
      Message message = new Message.FetchedValue(1, Optional.of(Value.of(new byte[size])));
      int expected = size + overhead <= 100 ? size + overhead : MessageEncoder.UNENCODABLE;
      assertEquals(expected, small.encode(message), "a value of " + size);
    }
    int length = small.encode(new Message.Probe(3));
    assertEquals(new Message.Probe(3), decoder.decode(small.bytes(), 0, length));
  }

  @Test
  void shouldRefuseWhatFollowsAMessage() {
    byte[] bytes = encode(new Message.Probe(3));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

    assertThrows(MalformedMessageException.class, () -> decoder.decode(longer, 0, longer.length));
  }

  private static Message write(String contentType, long timeToLiveMillis) {
    return new Message.Forward(
        1,
        1,
        new Command.Write(
            Name.of("name"),
            Value.EMPTY,
            contentType,
            Optional.of(Mirrors.CLONE),
            Optional.empty(),
            timeToLiveMillis,
            AckLevel.DEFAULT,
            Condition.NONE));
  }

  private static CausalContext tooLargeContext() {
    CausalContext context = CausalContext.EMPTY;
    for (int i = 0; i < 1000; i++) {
      context = context.with(new Dot(new Actor(new NodeId("node" + i), 0), 1));
    }
    return context;
  }

  private void assertUnencodable(Message message) {
    assertEquals(MessageEncoder.UNENCODABLE, encoder.encode(message), message::toString);
  }

  private byte[] encode(Message message) {
    int length = encoder.encode(message);
    return Arrays.copyOf(encoder.bytes(), length);
  }
}
