package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What others may put into a socket. A checksum proves nothing, so frames may lie as well. */
class HostileDatagramsTest {
  private static SimPeer[] talking(SimPath path) {
    SimPeer left = new SimPeer(path, 1, 100, new Checksum());
    SimPeer right = new SimPeer(path, 2, 200, new Checksum());
    left.meet(right);
    path.isCapturing = true;
    for (int i = 0; i < 20; i++) {
      left.send(right, i * i * 10, false);
      right.send(left, i * 100, true);
    }
    left.send(right, 200_000, false);
    left.turn();
    right.turn();
    path.runFor(1, TimeUnit.SECONDS);
    return new SimPeer[] {left, right};
  }

  @Test
  void shouldCountAndForgetWhatIsNoDatagram() {
    Seeds.check(
        5000,
        random -> {
          SimPath path = new SimPath(random);
          SimPeer peer = new SimPeer(path, 1, 100, new Checksum());
          byte[] bytes = random.bytes(random.below(1300));
          if (random.chance(70) && bytes.length > PacketLayout.TYPE_OFFSET) {
            ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            head.putInt(PacketLayout.MAGIC).put(PacketLayout.VERSION).put((byte) random.below(5));
          }
          path.deliver(SimPath.addressOf(7), peer.address, bytes);

          assertEquals(0, path.sentBytes);
          assertEquals(0, peer.count(TransportCounter.RECEIVED_DATAGRAMS));
        });
  }

  @Test
  void shouldDeliverNothingWhenDatagramsAreSentOnceMore() {
    SimPath path = new SimPath(new Generator(4));
    SimPeer[] peers = talking(path);
    int before = peers[0].arrivals.size() + peers[1].arrivals.size();
    assertEquals(41, before);
    List<byte[]> captured = new ArrayList<>(path.captured());
    for (byte[] datagram : captured) {
      path.deliver(peers[0].address, peers[1].address, datagram.clone());
      path.deliver(peers[1].address, peers[0].address, datagram.clone());
    }
    path.runFor(20, TimeUnit.SECONDS);

    assertEquals(before, peers[0].arrivals.size() + peers[1].arrivals.size());
    assertEquals(1, peers[0].count(TransportCounter.SESSIONS_OPENED));
    assertEquals(1, peers[1].count(TransportCounter.SESSIONS_OPENED));
  }

  @Test
  void shouldStayWithinItsBoundsWhenFramesLie() {
    Seeds.check(
        150,
        random -> {
          SimPath path = new SimPath(random);
          SimPeer[] peers = talking(path);
          peers[0].checksContent = false;
          peers[1].checksContent = false;
          List<byte[]> captured = new ArrayList<>(path.captured());
          path.isCapturing = false;
          for (int i = 0; i < 200; i++) {
            byte[] lie = lie(random, random.pick(captured).clone());
            path.deliver(peers[0].address, peers[1].address, lie.clone());
            path.deliver(peers[1].address, peers[0].address, lie);
          }
          for (SimPeer peer : peers) {
            long mostHeld = Credit.SMALL_WINDOW_BYTES + peer.sessions.room().totalBytes();
            peer.sessions
                .session(peers[0] == peer ? peers[1].node : peers[0].node)
                .ifPresent(session -> assertTrue(session.incoming().heldBytes() <= mostHeld));
          }
          path.runFor(100, TimeUnit.MILLISECONDS);
        });
  }

  /** Changes a datagram and makes its checksum right. */
  private static byte[] lie(Generator random, byte[] bytes) {
    int end = bytes.length - Integer.BYTES;
    if (end <= PacketLayout.NUMBER_OFFSET) {
      return bytes;
    }
    int changes = 1 + random.below(6);
    for (int i = 0; i < changes; i++) {
      int index = PacketLayout.NUMBER_OFFSET + random.below(end - PacketLayout.NUMBER_OFFSET);
      index = random.chance(50) ? Math.min(end - 1, PacketLayout.DATA_HEADER_BYTES) : index;
      bytes[index] = (byte) random.ofBits(8);
    }
    ByteBuffer datagram = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    datagram.put(PacketLayout.NUMBER_OFFSET, (byte) random.ofBits(8));
    new Checksum().proveHello(datagram);
    return bytes;
  }
}
