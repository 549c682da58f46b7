package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.volute.codec.ArbitraryMessages;
import io.volute.codec.MessageEncoder;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.TestGuards;
import io.volute.transport.session.Sessions;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes in one thread over real sockets. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReliableTransportTest {
  private static final NodeId ALICE = new NodeId("alice");
  private static final NodeId BOB = new NodeId("bob");
  private static final int MB = 1_000_000;
  private static final Message PROBE = new Message.Probe(1);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Message> received = new ArrayList<>();
  private LossyRelay relay;
  private PeerTransport alice;
  private PeerTransport bob;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private void openBoth(Guard ofAlice, Guard ofBob) throws IOException {
    openBoth("127.0.0.1", "127.0.0.1", ofAlice, ofBob);
  }

  private void openBoth(String hostOfAlice, String hostOfBob, Guard ofAlice, Guard ofBob)
      throws IOException {
    alice = ReliableTransport.open(hostOfAlice, 0, ALICE, ofAlice, BOB::equals);
    bob = ReliableTransport.open(hostOfBob, 0, BOB, ofBob, ALICE::equals);
    opened.add(alice);
    opened.add(bob);
  }

  private void openBoth() throws IOException {
    openBoth(new Checksum(), new Checksum());
  }

  private Endpoint toBob() {
    return endpoint(BOB, relay == null ? bob.localAddress() : relay.address());
  }

  private static Endpoint endpoint(NodeId node, InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return new Endpoint(node, new HostPort(host, address.getPort()));
  }

  private void turnOf(PeerTransport transport) {
    transport.poll((from, message) -> received.add(message), 128);
    transport.flush();
  }

  /** Lets both work until something holds. */
  private void pumpUntil(BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!holds.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < end,
          "not within the time: " + received.size() + " arrived, " + alice.counters());
      if (relay != null) {
        relay.turn();
      }
      turnOf(alice);
      turnOf(bob);
    }
  }

  private static Message value(int number, int sizeBytes) {
    byte[] bytes = new byte[sizeBytes];
    new Random(number).nextBytes(bytes);
    return new Message.FetchedValue(number, Optional.of(Value.of(bytes)));
  }

  /** Sends so many values from Alice to Bob, as fast as they are taken. */
  private void transfer(int count, int sizeBytes) {
    int[] sent = {0};
    Set<Integer> missing = new HashSet<>();
    for (int i = 0; i < count; i++) {
      missing.add(i);
    }
    pumpUntil(
        () -> {
          if (sent[0] < count && alice.hasRoom(BOB)) {
            alice.send(toBob(), value(sent[0]++, sizeBytes));
          }
          for (Message message : received) {
            int number = (int) ((Message.FetchedValue) message).requestId();
            assertTrue(missing.remove(number), number + " came twice");
            assertEquals(value(number, sizeBytes), message);
          }
          received.clear();
          return missing.isEmpty();
        });
  }

  @Test
  void shouldCarryMessagesOfEveryKind() throws Exception {
    openBoth();
    ArbitraryMessages messages = new ArbitraryMessages(11);
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Message message = messages.message();
      sent.add(message);
      alice.send(toBob(), message);
    }
    pumpUntil(
        () ->
            received.size() + alice.counters().get(TransportCounter.LOST_EXPIRED) >= sent.size()
                && alice.restMillis() > 1000);

    // On a slow machine forwards may have become too old.
    assertTrue(new HashSet<>(sent).containsAll(received));
    Set<Message> missing = new HashSet<>(sent);
    missing.removeAll(new HashSet<>(received));
    assertTrue(missing.stream().allMatch(Message.Forward.class::isInstance));
  }

  @Test
  void shouldCarryAHundredMegabytesUnchanged() throws Exception {
    openBoth();
    transfer(100, MB);
  }

  @Test
  void shouldCarryAHundredMegabytesSealed() throws Exception {
    openBoth(TestGuards.of("a"), TestGuards.of("a"));
    transfer(100, MB);
  }

  @Test
  void shouldTalkOverBothFamiliesWithOnePort() throws Exception {
    boolean hasV6 =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    assumeTrue(hasV6, "this machine has no IPv6");
    for (String host : List.of("127.0.0.1", "::1")) {
      openBoth("::", host, TestGuards.of("a"), TestGuards.of("a"));
      transfer(5, MB);
      bob.send(endpoint(ALICE, new InetSocketAddress(host, alice.localAddress().getPort())), PROBE);
      pumpUntil(() -> received.equals(List.of(PROBE)));
      received.clear();
    }
  }

  @Test
  void shouldCarryMegabytesThroughALossyNetwork() throws Exception {
    for (int lossPercent : new int[] {5, 20}) {
      openBoth();
      relay = new LossyRelay(alice.localAddress(), bob.localAddress(), lossPercent);
      opened.add(relay);
      transfer(40 / lossPercent, MB);
      assertTrue(alice.counters().get(TransportCounter.LOST_DATAGRAMS) > 0);
    }
  }

  @Test
  void shouldRefuseWhatAStoppedReceiverDoesNotTake() throws Exception {
    openBoth();
    alice.send(toBob(), value(1, 100));
    pumpUntil(() -> received.size() == 1);
    Optional<Value> content = Optional.of(Value.of(new byte[MB]));
    for (int i = 0; i < 200; i++) {
      alice.send(toBob(), new Message.FetchedValue(i + 2, content));
      turnOf(alice);
    }
    assertFalse(alice.hasRoom(BOB));
    long refused = alice.counters().get(TransportCounter.LOST_QUEUE_FULL);
    assertTrue(refused > 100, refused + " were refused");

    pumpUntil(
        () ->
            received.size() + alice.counters().get(TransportCounter.LOST_EXPIRED) == 201 - refused);
    assertTrue(alice.hasRoom(BOB));
  }

  @Test
  void shouldNotSendAgainWhatIsUnderWay() throws Exception {
    openBoth();
    Message small = new Message.Probe(1);
    Message large = value(2, MB);
    for (int i = 0; i < 3; i++) {
      alice.send(toBob(), small);
      alice.send(toBob(), large);
    }
    pumpUntil(() -> received.size() == 2);
    assertEquals(4, alice.counters().get(TransportCounter.SUPPRESSED_REPEATS));

    pumpUntil(() -> alice.restMillis() > 1000);
    alice.send(toBob(), small);
    pumpUntil(() -> received.size() == 3);
  }

  @Test
  void shouldRestWhenThereIsNothingToDo() throws Exception {
    openBoth();
    alice.send(toBob(), new Message.Probe(1));
    pumpUntil(() -> alice.restMillis() > 1000 && bob.restMillis() > 1000);
    long sent = alice.counters().get(TransportCounter.SENT_DATAGRAMS);
    for (int i = 0; i < 100; i++) {
      turnOf(alice);
      turnOf(bob);
    }

    assertEquals(sent, alice.counters().get(TransportCounter.SENT_DATAGRAMS));
  }

  @Test
  void shouldNotListenToPlainDatagramsNorTheOtherWayRound() throws Exception {
    alice = ReliableTransport.open("127.0.0.1", 0, ALICE, new Checksum(), BOB::equals);
    bob = DatagramTransport.open("127.0.0.1", 0, BOB, 7, ALICE::equals);
    opened.add(alice);
    opened.add(bob);
    alice.send(toBob(), new Message.Probe(1));
    bob.send(endpoint(ALICE, alice.localAddress()), new Message.Probe(2));
    pumpUntil(
        () ->
            alice.counters().get(TransportCounter.DROPPED_OTHER_MODE) > 0
                && bob.counters().get(TransportCounter.DROPPED_OTHER_MODE) > 0);

    assertEquals(List.of(), received);
  }

  @Test
  void shouldHaveRoomForTheLargestValueAndAllThatGoesWithIt() throws Exception {
    openBoth();
    int allowance = 1 << 20;
    assertTrue(ReliableTransport.MAX_VALUE_BYTES + allowance < Sessions.MAX_MESSAGE_BYTES);
    MessageEncoder encoder = new MessageEncoder(Sessions.MAX_MESSAGE_BYTES);
    Message largest = value(1, alice.maxValueBytes());
    assertNotEquals(MessageEncoder.UNENCODABLE, encoder.encode(largest));

    alice.send(toBob(), largest);
    pumpUntil(() -> received.size() == 1);
    assertEquals(largest, received.get(0));
  }

  @Test
  void shouldTalkOverTheSixthInternetProtocolAsWell() throws IOException {
    try {
      alice = ReliableTransport.open("::1", 0, ALICE, new Checksum(), BOB::equals);
    } catch (IOException e) {
      assumeTrue(false, "no IPv6 here");
    }
    opened.add(alice);
    bob = ReliableTransport.open("::1", 0, BOB, new Checksum(), ALICE::equals);
    opened.add(bob);
    transfer(20, 100_000);
  }
}
