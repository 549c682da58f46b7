package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SenderTest {
  private static final NodeId SELF = new NodeId("self");
  private static final Endpoint PEER = endpoint("peer", 1001);
  private static final Endpoint OTHER = endpoint("other", 1002);

  private final TransportCounters counters = new TransportCounters();
  private final AddressBook addresses =
      new AddressBook(host -> null, task -> {}, System::nanoTime, counters);
  private final List<String> sent = new ArrayList<>();
  private Sender.Outlet outlet = this::record;
  private final Sender sender =
      new Sender(SELF, 1, (datagram, to) -> outlet.send(datagram, to), addresses, counters);

  @Test
  void shouldNotExceedThePathsSizeWithSmallMessages() {
    for (int i = 0; i < 1000; i++) {
      sender.send(PEER, value(i % 90));
    }
    outlet =
        (datagram, to) -> {
          assertTrue(datagram.remaining() <= Datagram.COALESCED_BYTES);
          return record(datagram, to);
        };
    sender.flush();

    assertEquals(1000, counters.get(TransportCounter.SENT_MESSAGES));
    assertTrue(sent.size() < 60, sent.size() + " datagrams");
  }

  @Test
  void shouldFillADatagramToItsLastByte() {
    int header = Datagram.IDS_OFFSET + SELF.text().length() + PEER.node().text().length();
    int fitting = Datagram.COALESCED_BYTES - header - Datagram.LENGTH_FIELD_BYTES;
    int overhead = 1 + 1 + 1 + 3;
    sender.send(PEER, value(fitting - overhead));
    sender.send(PEER, value(fitting - overhead + 1));
    sender.flush();

    assertEquals(List.of("1001:1400", "1001:1401"), sent);
  }

  @Test
  void shouldPackForEachMemberApart() {
    sender.send(PEER, new Message.Probe(1));
    sender.send(OTHER, new Message.Probe(1));
    sender.send(PEER, new Message.Probe(2));
    sender.send(OTHER, new Message.Probe(2));
    sender.flush();
    sender.flush();

    assertEquals(List.of("1001:38", "1002:39"), sent);
  }

  @Test
  void shouldFollowAMemberToANewAddress() {
    sender.send(PEER, new Message.Probe(1));
    sender.send(endpoint("peer", 2002), new Message.Probe(2));
    sender.flush();

    assertEquals(List.of("1001:33", "2002:33"), sent);
  }

  @Test
  void shouldBoundWhatWaitsForTheEndOfATurn() {
    int fitting = Pending.MAX_BYTES / 50_000;
    for (int i = 0; i < fitting + 50; i++) {
      sender.send(PEER, value(50_000));
    }
    long lost = counters.get(TransportCounter.LOST_PENDING_FULL);
    assertTrue(lost >= 50 && lost <= 52, lost + " lost");

    Message small = new Message.Probe(1);
    for (int i = 0; i < Pending.MAX_MESSAGES + 7; i++) {
      sender.send(PEER, small);
    }
    sender.flush();
    assertEquals(Pending.MAX_MESSAGES, counters.get(TransportCounter.SENT_MESSAGES));

    sender.send(PEER, value(50_000));
    sender.flush();
    assertEquals(Pending.MAX_MESSAGES + 1L, counters.get(TransportCounter.SENT_MESSAGES));
  }

  @Test
  void shouldCountAFullSocketAsLoss() {
    outlet = (datagram, to) -> 0;
    sender.send(PEER, new Message.Probe(1));
    sender.send(PEER, new Message.Probe(2));
    sender.flush();

    assertEquals(2, counters.get(TransportCounter.LOST_SOCKET_FULL));
    assertEquals(0, counters.get(TransportCounter.SENT_MESSAGES));
  }

  @Test
  void shouldCountWhatTheSocketRefuses() {
    outlet =
        (datagram, to) -> {
          throw new SocketException("network is unreachable");
        };
    sender.send(PEER, new Message.Probe(1));
    sender.flush();
    outlet =
        (datagram, to) -> {
          throw new UnsupportedAddressTypeException();
        };
    sender.send(PEER, new Message.Probe(2));
    sender.flush();
    outlet = this::record;
    sender.send(PEER, new Message.Probe(3));
    sender.flush();

    assertEquals(2, counters.get(TransportCounter.LOST_SEND_FAILED));
    assertEquals(1, counters.get(TransportCounter.SENT_MESSAGES));
  }

  @Test
  void shouldServeMoreMembersThanItKeepsBuffersFor() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < Sender.MAX_PEERS + 10; i++) {
        sender.send(endpoint("n" + i, 1000 + i), new Message.Probe(i));
      }
      sender.flush();
    }
    assertEquals(2 * (Sender.MAX_PEERS + 10), sent.size());
  }

  private int record(ByteBuffer datagram, SocketAddress to) throws IOException {
    String text = to.toString();
    sent.add(text.substring(text.lastIndexOf(':') + 1) + ":" + datagram.remaining());
    return datagram.remaining();
  }

  private static Endpoint endpoint(String node, int port) {
    return new Endpoint(new NodeId(node), new HostPort("127.0.0.1", port));
  }

  private static Message value(int sizeBytes) {
    return new Message.FetchedValue(1, Optional.of(Value.of(new byte[sizeBytes])));
  }
}
