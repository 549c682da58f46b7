package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.codec.ArbitraryMessages;
import io.volute.codec.MessageEncoder;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ReceiverTest {
  private static final NodeId SELF = new NodeId("self");
  private static final NodeId PEER = new NodeId("peer");
  private static final NodeId STRANGER = new NodeId("stranger");
  private static final InetSocketAddress FROM = new InetSocketAddress("127.0.0.1", 7);
  private static final long SESSION = 77;

  private final TransportCounters counters = new TransportCounters();
  private final Receiver receiver =
      new Receiver(SELF, SESSION, node -> !node.equals(STRANGER), counters);
  private final MessageEncoder encoder = new MessageEncoder(Datagram.MAX_MESSAGE_BYTES);
  private final ByteBuffer datagram = Datagram.allocate(Datagram.MAX_BYTES);
  private final List<Message> received = new ArrayList<>();
  private final List<String> callers = new ArrayList<>();
  private final MessageHandler handler =
      new MessageHandler() {
        @Override
        public void onMessage(NodeId from, Message message) {
          received.add(message);
        }

        @Override
        public void onSeek(NodeId stranger, HostPort seenAt) {
          callers.add(stranger + " " + seenAt);
        }
      };

  @Test
  void shouldHoldTheLayoutFixed() {
    begin(PEER, SELF, 0x0123_4567_89ab_cdefL);
    append(new Message.Probe(1));
    append(new Message.Replicated(2, true));
    seal();

    byte[] bytes = new byte[datagram.limit()];
    datagram.get(0, bytes);
    String expected =
        ("564f4c54 eb192466 01 00 04 04 efcdab8967452301 70656572 73656c66"
                + " 0300 920101 0400 930702c3")
            .replace(" ", "");
    assertEquals(expected, HexFormat.of().formatHex(bytes));
  }

  @Test
  void shouldTakeEveryMessageOutOfAGoodDatagram() {
    good();
    append(new Message.Probe(2));
    seal();

    assertCounted(TransportCounter.RECEIVED_DATAGRAMS);
    assertEquals(List.of(new Message.Probe(1), new Message.Probe(2)), received);
  }

  @Test
  void shouldDropWhatIsTooShort() {
    good();
    seal();
    datagram.limit(Datagram.IDS_OFFSET - 1);
    assertCounted(TransportCounter.DROPPED_TRUNCATED);

    datagram.limit(0);
    assertCounted(TransportCounter.DROPPED_TRUNCATED);
  }

  @Test
  void shouldDropOtherProtocolsAndVersions() {
    good();
    seal();
    datagram.putInt(Datagram.MAGIC_OFFSET, 1);
    assertCounted(TransportCounter.DROPPED_FOREIGN);

    good();
    datagram.put(Datagram.VERSION_OFFSET, (byte) 2);
    seal();
    assertCounted(TransportCounter.DROPPED_VERSION);
  }

  @Test
  void shouldDropWhatChangedOnItsWay() {
    good();
    seal();
    for (int i = Datagram.CHECKSUM_OFFSET; i < datagram.limit(); i++) {
      if (i != Datagram.VERSION_OFFSET) {
        datagram.put(i, (byte) (datagram.get(i) ^ 0x10));
        assertCounted(TransportCounter.DROPPED_CHECKSUM);
        datagram.put(i, (byte) (datagram.get(i) ^ 0x10));
      }
    }
    datagram.limit(datagram.limit() - 1);
    assertCounted(TransportCounter.DROPPED_CHECKSUM);
  }

  @Test
  void shouldDropHeadersThatContradictThemselves() {
    good();
    datagram.put(Datagram.FLAGS_OFFSET, (byte) 1);
    seal();
    assertCounted(TransportCounter.DROPPED_MALFORMED);

    for (int offset : new int[] {Datagram.SENDER_LENGTH_OFFSET, Datagram.RECEIVER_LENGTH_OFFSET}) {
      for (int length : new int[] {65, 127, 128, 255}) {
        good();
        datagram.put(offset, (byte) length);
        seal();
        assertCounted(TransportCounter.DROPPED_MALFORMED);
      }
    }
    begin(PEER, SELF, 1);
    seal();
    assertCounted(TransportCounter.DROPPED_MALFORMED);

    good();
    datagram.put(Datagram.IDS_OFFSET, (byte) '/');
    seal();
    assertCounted(TransportCounter.DROPPED_MALFORMED);
  }

  @Test
  void shouldDropOwnDatagramsAndThoseOfANamesake() {
    begin(SELF, PEER, SESSION);
    append(new Message.Probe(1));
    seal();
    assertCounted(TransportCounter.DROPPED_REFLECTED);

    begin(SELF, SELF, SESSION + 1);
    append(new Message.Probe(1));
    seal();
    assertCounted(TransportCounter.DROPPED_OWN_NAME);
  }

  @Test
  void shouldDropWhatIsForAnotherOrFromAStranger() {
    begin(PEER, STRANGER, 1);
    append(new Message.Probe(1));
    seal();
    assertCounted(TransportCounter.DROPPED_WRONG_RECEIVER);

    begin(STRANGER, SELF, 1);
    append(new Message.Probe(1));
    seal();
    assertCounted(TransportCounter.DROPPED_UNKNOWN_SENDER);
  }

  @Test
  void shouldSkipAMessageThatItCannotRead() {
    good();
    Datagram.append(datagram, new byte[] {1, 2, 3}, 0, 3);
    append(new Message.Probe(2));
    seal();
    assertCounted(TransportCounter.DROPPED_MALFORMED_MESSAGES);
    assertEquals(List.of(new Message.Probe(1), new Message.Probe(2)), received);
  }

  @Test
  void shouldKeepWhatComesBeforeABrokenLength() {
    for (int length : new int[] {0, 2, 255, 32_768, 65_535}) {
      received.clear();
      good();
      datagram.putShort((short) length).put((byte) 1);
      seal();
      assertCounted(TransportCounter.DROPPED_MALFORMED_MESSAGES);
      assertEquals(List.of(new Message.Probe(1)), received);
    }
    received.clear();
    good();
    datagram.put((byte) 1);
    seal();
    assertCounted(TransportCounter.DROPPED_MALFORMED_MESSAGES);
    assertEquals(List.of(new Message.Probe(1)), received);
  }

  @Test
  void shouldSurviveAnyBytes() {
    Random random = new Random(5);
    ArbitraryMessages messages = new ArbitraryMessages(5);
    for (int i = 0; i < 50_000; i++) {
      good();
      append(messages.message());
      seal();
      int changes = random.nextInt(4);
      for (int j = 0; j < changes; j++) {
        int at = random.nextInt(datagram.limit());
        datagram.put(at, (byte) random.nextInt());
      }
      if (random.nextBoolean()) {
        datagram.limit(random.nextInt(datagram.limit() + 1));
      }
      if (datagram.limit() >= Datagram.IDS_OFFSET && random.nextInt(4) > 0) {
        // Gets the change past the checksum.
        datagram.putInt(Datagram.CHECKSUM_OFFSET, Datagram.checksum(datagram, new CRC32C()));
      }
      long before = datagramsCounted();
      receiver.receive(datagram, FROM, handler);
      assertEquals(before + 1, datagramsCounted(), "round " + i);
    }
  }

  @Test
  void shouldReportWhoCallsWhoeverIsHere() {
    Datagram.begin(datagram, 1, Datagram.idBytes(PEER), Datagram.ANYBODY);
    seal();
    receiver.receive(datagram, FROM, handler);
    Datagram.begin(datagram, 1, Datagram.idBytes(PEER), Datagram.ANYBODY);
    append(new Message.Probe(1));
    seal();
    assertCounted(TransportCounter.DROPPED_MALFORMED);
    assertEquals(List.of(PEER + " 127.0.0.1:7"), callers);
    assertEquals(List.of(), received);
  }

  private void good() {
    begin(PEER, SELF, 1);
    append(new Message.Probe(1));
  }

  private void begin(NodeId from, NodeId to, long session) {
    Datagram.begin(datagram, session, Datagram.idBytes(from), Datagram.idBytes(to));
  }

  private void append(Message message) {
    int length = encoder.encode(message);
    Datagram.append(datagram, encoder.bytes(), 0, length);
  }

  private void seal() {
    Datagram.seal(datagram, new CRC32C());
  }

  private void assertCounted(TransportCounter counter) {
    long before = counters.get(counter);
    receiver.receive(datagram, FROM, handler);
    assertEquals(before + 1, counters.get(counter), counter.name());
  }

  private long datagramsCounted() {
    long sum = counters.get(TransportCounter.RECEIVED_DATAGRAMS);
    for (TransportCounter counter : TransportCounter.values()) {
      boolean isDatagram = counter != TransportCounter.DROPPED_MALFORMED_MESSAGES;
      if (isDatagram && counter.name().startsWith("DROPPED_")) {
        sum += counters.get(counter);
      }
    }
    return sum;
  }
}
