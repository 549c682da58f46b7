package io.volute.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both ways of datagrams into and out of sockets do the same, in any mixture. */
class DatagramIoTest {
  private static final int MAX_BYTES = 65_507;

  private record Arrival(SocketAddress from, int length, int content) {}

  /** A socket with one of the ways. */
  private static final class End {
    final DatagramChannel channel;
    final DatagramIo io;
    final InetSocketAddress address;
    final List<Arrival> arrivals = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES + 1);

    End(String host, Function<DatagramChannel, DatagramIo> way) throws IOException {
      channel = DatagramChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
      io = way.apply(channel);
      address = (InetSocketAddress) channel.getLocalAddress();
    }

    void receive() throws IOException {
      int empty = 0;
      // The second "none" in a row is true: the first may be what the last call has shown.
      while (empty < 2) {
        SocketAddress from = io.receive(buffer);
        empty = from == null ? empty + 1 : 0;
        if (from != null) {
          byte[] bytes = Arrays.copyOf(buffer.array(), buffer.limit());
          arrivals.add(new Arrival(from, bytes.length, Arrays.hashCode(bytes)));
        }
      }
    }
  }

  private final List<End> ends = new ArrayList<>();

  @AfterEach
  void closeAll() {
    for (End end : ends) {
      try {
        end.channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private End end(String host, boolean batched) throws IOException {
    End end = new End(host, batched ? DatagramIoTest::batched : ChannelIo::new);
    ends.add(end);
    return end;
  }

  private static DatagramIo batched(DatagramChannel channel) {
    return BatchedIo.open(channel).orElseThrow();
  }

  private static void assumeBatches() {
    assumeTrue(NativeCalls.areThere(), "batches need Java 22 and Linux");
  }

  @Test
  void shouldUseBatchesWhereTheyAreThereAndElseTheChannel() throws IOException {
    End end = new End("127.0.0.1", DatagramIo::of);
    ends.add(end);
    assertEquals(NativeCalls.areThere(), end.io instanceof BatchedIo);
  }

  /** Sends the same by both ways and compares what arrives at receivers of both ways. */
  private void checkEquality(String host, String otherHost) {
    Seeds.check(
        20,
        random -> {
          for (boolean receivesBatched : new boolean[] {false, true}) {
            List<List<Arrival>> outcomes = new ArrayList<>();
            long seed = random.ofBits(60);
            for (boolean sendsBatched : new boolean[] {false, true}) {
              End sender = end(host, sendsBatched);
              List<End> receivers =
                  List.of(end(host, receivesBatched), end(otherHost, receivesBatched));
              outcomes.add(talk(new Generator(seed), sender, receivers));
              closeAll();
              ends.clear();
            }
            assertEquals(outcomes.get(0), outcomes.get(1));
          }
        });
  }

  private static List<Arrival> talk(Generator random, End sender, List<End> receivers)
      throws IOException {
    int sent = 0;
    for (int turn = 0; turn < 12; turn++) {
      int left = 1 + random.below(90);
      int bytesLeft = 1_200_000;
      while (left > 0 && bytesLeft > 0) {
        int length = 1 + (random.chance(5) ? random.below(MAX_BYTES) : random.below(1500));
        End receiver = random.pick(receivers);
        int run = Math.min(left, 1 + random.below(30));
        for (int i = 0; i < run && bytesLeft > 0; i++) {
          int cut = i == run - 1 ? random.below(length) : 0;
          ByteBuffer datagram = ByteBuffer.wrap(random.bytes(length - cut));
          assertTrue(sender.io.send(datagram, receiver.address));
          bytesLeft -= length;
          sent++;
        }
        left -= run;
      }
      assertEquals(0, sender.io.flush());
      for (End receiver : receivers) {
        receiver.receive();
      }
    }
    List<Arrival> all = new ArrayList<>();
    for (End receiver : receivers) {
      assertFalse(receiver.io.holdsReceived());
      for (Arrival arrival : receiver.arrivals) {
        assertEquals(sender.address, arrival.from());
        all.add(new Arrival(null, arrival.length(), arrival.content()));
      }
    }
    assertEquals(sent, all.size());
    return all;
  }

  @Test
  void shouldBringTheSameByBothWays() {
    assumeBatches();
    checkEquality("127.0.0.1", "127.0.0.2");
  }

  @Test
  void shouldBringTheSameByBothWaysOverTheSixthProtocol() throws IOException {
    assumeBatches();
    try {
      end("::1", true);
    } catch (IOException e) {
      assumeTrue(false, "no IPv6 here");
    }
    checkEquality("::1", "::1");
  }

  @Test
  void shouldSayWhatIsWrongWithAnAddressAsTheChannelDoes() throws IOException {
    assumeBatches();
    for (boolean batched : new boolean[] {false, true}) {
      End sender = end("127.0.0.1", batched);
      InetSocketAddress nobody = InetSocketAddress.createUnresolved("nobody.invalid", 1);
      ByteBuffer datagram = ByteBuffer.wrap(new byte[10]);
      assertThrows(Exception.class, () -> sender.io.send(datagram, nobody));
    }
  }

  @Test
  void shouldLoseOnlyWhatTheSystemRefuses() throws IOException {
    assumeBatches();
    End sender = end("127.0.0.1", true);
    End receiver = end("127.0.0.1", true);
    // Bound to loopback, there is no way to this one.
    InetSocketAddress outside = new InetSocketAddress("192.0.2.1", 9);
    for (int i = 0; i < 9; i++) {
      ByteBuffer datagram = ByteBuffer.wrap(new byte[10 + i]);
      assertTrue(sender.io.send(datagram, i % 3 == 0 ? outside : receiver.address));
    }
    assertEquals(3, sender.io.flush());
    receiver.receive();
    assertEquals(6, receiver.arrivals.size());
  }

  @Test
  void shouldTouchNothingAfterTheSocketWasClosed() throws IOException {
    assumeBatches();
    End sender = end("127.0.0.1", true);
    ByteBuffer datagram = ByteBuffer.wrap(new byte[10]);
    assertTrue(sender.io.send(datagram, sender.address));
    sender.channel.close();
    assertEquals(1, sender.io.flush());
    assertThrows(ClosedChannelException.class, () -> sender.io.send(datagram, sender.address));
    assertThrows(ClosedChannelException.class, () -> sender.io.receive(ByteBuffer.allocate(100)));
  }
}
