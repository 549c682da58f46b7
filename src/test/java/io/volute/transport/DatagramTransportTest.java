package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.volute.codec.ArbitraryMessages;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatagramTransportTest {
  private static final NodeId ALICE = new NodeId("alice");
  private static final NodeId BOB = new NodeId("bob");

  private final List<DatagramTransport> opened = new ArrayList<>();
  private final List<Message> received = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(DatagramTransport::close);
  }

  @Test
  void shouldCarryMessagesOfEveryKindInOrder() throws Exception {
    DatagramTransport alice = open("127.0.0.1", ALICE);
    DatagramTransport bob = open("127.0.0.1", BOB);
    ArbitraryMessages messages = new ArbitraryMessages(11);
    List<Message> sent = new ArrayList<>();
    for (int turn = 0; turn < 50; turn++) {
      for (int i = 0; i < 10; i++) {
        Message message = messages.message();
        sent.add(message);
        alice.send(endpoint(BOB, bob), message);
      }
      alice.flush();
      awaitMessages(bob, sent.size());
    }

    assertEquals(sent, received);
    assertEquals(sent.size(), alice.counters().get(TransportCounter.SENT_MESSAGES));
    assertEquals(sent.size(), bob.counters().get(TransportCounter.RECEIVED_MESSAGES));
    assertEquals(
        alice.counters().get(TransportCounter.SENT_BYTES),
        bob.counters().get(TransportCounter.RECEIVED_BYTES));
  }

  @Test
  void shouldSendNothingBeforeTheFlush() throws Exception {
    DatagramTransport alice = open("127.0.0.1", ALICE);
    DatagramTransport bob = open("127.0.0.1", BOB);
    for (int i = 0; i < 500; i++) {
      alice.send(endpoint(BOB, bob), new Message.Probe(i));
    }
    alice.send(endpoint(BOB, bob), value(Datagram.MAX_VALUE_BYTES));
    bob.await(50);
    assertEquals(0, poll(bob));

    alice.flush();

    awaitMessages(bob, 501);
  }

  @Test
  void shouldPackSmallMessagesTogetherAndSendALargeOneAlone() throws Exception {
    DatagramTransport alice = open("127.0.0.1", ALICE);
    DatagramTransport bob = open("127.0.0.1", BOB);
    for (int i = 0; i < 100; i++) {
      alice.send(endpoint(BOB, bob), new Message.Probe(i));
    }
    alice.flush();
    awaitMessages(bob, 100);
    assertEquals(1, bob.counters().get(TransportCounter.RECEIVED_DATAGRAMS));

    alice.send(endpoint(BOB, bob), new Message.Probe(100));
    alice.send(endpoint(BOB, bob), value(5000));
    alice.send(endpoint(BOB, bob), new Message.Probe(101));
    alice.flush();
    awaitMessages(bob, 103);
    assertEquals(4, bob.counters().get(TransportCounter.RECEIVED_DATAGRAMS));
    assertEquals(
        List.of(new Message.Probe(100), value(5000), new Message.Probe(101)),
        received.subList(100, 103));
  }

  @Test
  void shouldReceiveNoMoreThanTheLimit() throws Exception {
    DatagramTransport alice = open("127.0.0.1", ALICE);
    DatagramTransport bob = open("127.0.0.1", BOB);
    for (int i = 0; i < 5; i++) {
      alice.send(endpoint(BOB, bob), new Message.Probe(i));
      alice.flush();
    }

    assertEquals(2, bob.poll((from, message) -> received.add(message), 2));
    assertEquals(3, bob.poll((from, message) -> received.add(message), 10));
    assertEquals(0, bob.poll((from, message) -> received.add(message), 10));
    assertEquals(5, received.size());
  }

  @Test
  void shouldTellWhoSent() throws Exception {
    DatagramTransport alice = open("127.0.0.1", ALICE);
    DatagramTransport bob = open("127.0.0.1", BOB);
    alice.send(endpoint(BOB, bob), new Message.Probe(1));
    alice.flush();
    List<NodeId> senders = new ArrayList<>();

    bob.await(5000);
    bob.poll((from, message) -> senders.add(from), 10);

    assertEquals(List.of(ALICE), senders);
  }

  @Test
  void shouldSpeakIpv6() throws Exception {
    DatagramTransport alice;
    try {
      alice = open("::1", ALICE);
    } catch (IOException e) {
      assumeTrue(false, "no IPv6 here");
      return;
    }
    DatagramTransport bob = open("::1", BOB);
    alice.send(endpoint(BOB, bob), new Message.Probe(6));
    alice.flush();

    awaitMessages(bob, 1);
  }

  @Test
  void shouldReachAMemberByName() throws Exception {
    DatagramTransport alice = open("localhost", ALICE);
    DatagramTransport bob = open("127.0.0.1", BOB);
    Endpoint byName = new Endpoint(BOB, new HostPort("localhost", bob.localAddress().getPort()));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (received.isEmpty() && System.nanoTime() < end) {
      alice.send(byName, new Message.Probe(1));
      alice.flush();
      bob.await(10);
      poll(bob);
    }

    assertEquals(new Message.Probe(1), received.get(0));
  }

  @Test
  void shouldNameThePortThatIsInUse() throws Exception {
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      IOException refused =
          assertThrows(
              IOException.class,
              () -> DatagramTransport.open("127.0.0.1", port, ALICE, 1, node -> true));

      assertTrue(refused.getMessage().contains("UDP port " + port + " of 127.0.0.1"));
      assertTrue(refused.getMessage().contains("in use"), refused.getMessage());
    }
  }

  @Test
  void shouldCountWhatNoDatagramCanCarry() throws Exception {
    DatagramTransport alice = open("127.0.0.1", ALICE);
    DatagramTransport bob = open("127.0.0.1", BOB);
    alice.send(endpoint(BOB, bob), value(Datagram.MAX_BYTES));
    alice.send(endpoint(BOB, bob), new Message.Probe(1));
    alice.flush();

    awaitMessages(bob, 1);
    assertEquals(List.of(new Message.Probe(1)), received);
    assertEquals(1, alice.counters().get(TransportCounter.LOST_UNENCODABLE));
  }

  @Test
  void shouldLoseQuietlyAfterItWasClosed() throws Exception {
    DatagramTransport alice = open("127.0.0.1", ALICE);
    alice.close();
    alice.close();
    alice.send(endpoint(BOB, alice), new Message.Probe(1));
    alice.flush();

    assertEquals(0, poll(alice));
    assertEquals(1, alice.counters().get(TransportCounter.LOST_SEND_FAILED));
  }

  private DatagramTransport open(String host, NodeId self) throws IOException {
    DatagramTransport transport =
        DatagramTransport.open(host, 0, self, self.hashCode(), node -> true);
    opened.add(transport);
    return transport;
  }

  private static Endpoint endpoint(NodeId node, DatagramTransport transport) {
    InetSocketAddress address = transport.localAddress();
    return new Endpoint(
        node, new HostPort(address.getAddress().getHostAddress(), address.getPort()));
  }

  private static Message value(int sizeBytes) {
    return new Message.FetchedValue(1, Optional.of(Value.of(new byte[sizeBytes])));
  }

  private int poll(DatagramTransport transport) {
    return transport.poll((from, message) -> received.add(message), 1000);
  }

  private void awaitMessages(DatagramTransport transport, int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (received.size() < count && System.nanoTime() < end) {
      transport.await(100);
      poll(transport);
    }
    assertEquals(count, received.size());
  }
}
