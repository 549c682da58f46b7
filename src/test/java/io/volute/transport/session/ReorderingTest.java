package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Datagrams that overtake each other are not lost ones. */
class ReorderingTest {
  private static final int MIB = 1 << 20;
  private static final long RATE = 10L << 20;
  private static final long ROUND_TRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Reordering reordering = new Reordering();

  private static SentPacket packet(long number, long sentNanos) {
    SentPacket packet = new SentPacket();
    packet.number = number;
    packet.sentNanos = sentNanos;
    return packet;
  }

  private static AckFrame ack(long... numbers) {
    LongRanges arrived = new LongRanges();
    for (long number : numbers) {
      arrived.add(number, number + 1);
    }
    ByteBuffer out = PacketLayout.allocate(1000);
    AckFrame.write(out, 1000, arrived, 0);
    out.flip().position(1);
    AckFrame ack = new AckFrame();
    assertTrue(ack.read(out));
    return ack;
  }

  @Test
  void shouldSayThatNothingWasLostWhenAllOfAnEventHasCome() {
    reordering.onLost(packet(5, 100), 1000);
    reordering.onLost(packet(6, 100), 1000);

    assertFalse(reordering.onAck(ack(1, 2, 3, 8, 9), 500, 1100));
    assertFalse(reordering.onAck(ack(5, 8, 9), 500, 1200));
    assertTrue(reordering.onAck(ack(5, 6, 10), 500, 1300));
    assertFalse(reordering.onAck(ack(5, 6, 10, 11), 500, 1400));
    assertEquals(2, reordering.late());
  }

  @Test
  void shouldWaitForAsManyLaterOnesAsHaveOvertaken() {
    assertEquals(Reordering.LEAST_PACKETS, reordering.packetThreshold());
    reordering.onLost(packet(5, 100), 1000);
    reordering.onAck(ack(5, 25), 1000, 1100);

    assertEquals(21, reordering.packetThreshold());
    assertEquals(1, reordering.extraParts());
  }

  @Test
  void shouldWaitLongerWhenOneCameLate() {
    reordering.onLost(packet(5, 100), 1300);
    reordering.onAck(ack(5, 7), 1000, 1400);

    assertEquals(3, reordering.extraParts());
  }

  @Test
  void shouldBoundWhatItLearns() {
    reordering.onLost(packet(5, 100), 1300);
    reordering.onAck(ack(5, 9000), 1000, 1_000_000);

    assertEquals(Reordering.MOST_PACKETS, reordering.packetThreshold());
    assertEquals(Reordering.PARTS, reordering.extraParts());
  }

  @Test
  void shouldForgetWhatItLearntWhenNothingComesLateAnyMore() {
    reordering.onLost(packet(5, 100), 1000);
    reordering.onAck(ack(5, 25), 1000, 1100);
    for (int i = 1; i <= 40; i++) {
      reordering.onLost(packet(1000 + i, 2000L * i), 2000L * i + 1000);
    }

    assertEquals(Reordering.LEAST_PACKETS, reordering.packetThreshold());
  }

  @Test
  void shouldRememberABoundedNumberOfLostOnes() {
    for (int i = 0; i < 1000; i++) {
      reordering.onLost(packet(i, 100), 1000);
    }
    assertFalse(reordering.onAck(ack(3, 5000), 1000, 1100));
    assertEquals(0, reordering.late());
    reordering.onAck(ack(999, 5000), 1000, 1100);
    assertEquals(1, reordering.late());
  }

  /** What part of a path is used on which datagrams come up to so much late. */
  private static double usedPart(long jitterMillis, SimPeer[] ends) {
    SimPath path = new SimPath(new Generator(11));
    path.weather.delayNanos = ROUND_TRIP_NANOS / 2;
    path.weather.jitterNanos = TimeUnit.MILLISECONDS.toNanos(jitterMillis);
    path.weather.bytesPerSecond = RATE;
    path.weather.queueBytes = 400 << 10;
    path.weather.mtuBytes = 1500;
    SimPeer left = new SimPeer(path, 1, 100, new Checksum());
    SimPeer right = new SimPeer(path, 2, 200, new Checksum());
    left.meet(right);
    ends[0] = left;
    feed(path, left, right);
    path.runFor(3, TimeUnit.SECONDS);
    right.arrivals.clear();
    path.runFor(10, TimeUnit.SECONDS);
    return right.arrivals.stream().mapToLong(SimPeer.Arrival::length).sum() / 10.0 / RATE;
  }

  private static void feed(SimPath path, SimPeer from, SimPeer to) {
    while (from.sessions.outgoingBytes(to.node) < 8L * MIB) {
      from.send(to, MIB / 4, false);
    }
    from.turn();
    path.at(path.nowNanos() + TimeUnit.MILLISECONDS.toNanos(10), () -> feed(path, from, to));
  }

  @Test
  void shouldUseMostOfAPathThatKeepsNoOrder() {
    SimPeer[] ends = new SimPeer[1];
    double used = usedPart(4, ends);

    assertTrue(used > 0.75, used + " of the path, " + ends[0]);
    assertTrue(ends[0].count(TransportCounter.LATE_DATAGRAMS) > 0, ends[0].toString());
    long resent = ends[0].count(TransportCounter.LOST_DATAGRAMS);
    long sent = ends[0].count(TransportCounter.SENT_DATAGRAMS);
    assertTrue(50 * resent < sent, resent + " of " + sent + " were taken for lost");
  }
}
