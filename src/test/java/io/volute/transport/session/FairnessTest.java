package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a limited path is used, in virtual time: figures here are exact and repeatable. */
class FairnessTest {
  private static final int MIB = 1 << 20;

  private final SimPath path = new SimPath(new Generator(3));

  private SimPeer peer(int host) {
    return new SimPeer(path, host, 100L * host, new Checksum());
  }

  /** A megabit-class path: 10 MB/s, 10 ms each way, a queue of one round trip. */
  private void slowPath() {
    path.weather.delayNanos = TimeUnit.MILLISECONDS.toNanos(10);
    path.weather.bytesPerSecond = 10L << 20;
    path.weather.queueBytes = 200 << 10;
    path.weather.mtuBytes = 1500;
  }

  /** Keeps so many messages waiting. */
  private void feed(SimPeer from, SimPeer to, int length, long untilNanos) {
    if (from.sessions.outgoingBytes(to.node) < 8L * MIB) {
      from.send(to, length, false);
    }
    from.turn();
    if (path.nowNanos() < untilNanos) {
      path.at(
          path.nowNanos() + TimeUnit.MILLISECONDS.toNanos(10),
          () -> feed(from, to, length, untilNanos));
    }
  }

  private static long bytesAt(SimPeer peer) {
    return peer.arrivals.stream().mapToLong(SimPeer.Arrival::length).sum();
  }

  @Test
  void shouldUseMostOfALimitedPathWithoutWastingIt() {
    slowPath();
    SimPeer left = peer(1);
    SimPeer right = peer(2);
    left.meet(right);
    feed(left, right, MIB / 4, TimeUnit.SECONDS.toNanos(20));
    path.run(TimeUnit.SECONDS.toNanos(20));

    long share = 100 * bytesAt(right) / (20 * path.weather.bytesPerSecond);
    assertTrue(share > 75, share + " % of the path");
    long lost = left.count(TransportCounter.LOST_DATAGRAMS);
    long sent = left.count(TransportCounter.SENT_DATAGRAMS);
    assertTrue(lost * 100 < 5 * sent, lost + " of " + sent + " datagrams were sent in vain");
  }

  @Test
  void shouldShareAPathFairlyBetweenTwoSenders() {
    slowPath();
    path.weather.isShared = true;
    SimPeer first = peer(1);
    SimPeer second = peer(2);
    SimPeer sink = peer(3);
    first.meet(sink);
    second.meet(sink);
    long end = TimeUnit.SECONDS.toNanos(50);
    feed(first, sink, MIB / 4, end);
    path.runFor(3, TimeUnit.SECONDS);
    feed(second, sink, MIB / 4, end);
    path.run(TimeUnit.SECONDS.toNanos(10));
    sink.arrivals.clear();
    path.run(end);

    long ofFirst =
        sink.arrivals.stream().filter(a -> a.life() == first.life).mapToLong(a -> a.length()).sum();
    long share = 100 * ofFirst / bytesAt(sink);
    assertTrue(share >= 40 && share <= 60, "the first has " + share + " %");
  }

  @Test
  void shouldHardlyDelaySmallMessagesDuringABulkTransfer() {
    slowPath();
    SimPeer left = peer(1);
    SimPeer right = peer(2);
    left.meet(right);
    long quiet = slowest(left, right, 100);
    feed(left, right, 4 * MIB, TimeUnit.SECONDS.toNanos(40));
    path.runFor(3, TimeUnit.SECONDS);
    long busy = slowest(left, right, 200);

    assertTrue(busy < 4 * quiet, busy / 1000 + " µs beside " + quiet / 1000);
  }

  @Test
  void shouldNotFillADeepQueueThatNobodyElseFills() {
    slowPath();
    path.weather.queueBytes = 4 * MIB;
    SimPeer left = peer(1);
    SimPeer right = peer(2);
    left.meet(right);
    long quiet = slowest(left, right, 100);
    feed(left, right, 4 * MIB, TimeUnit.SECONDS.toNanos(60));
    path.runFor(3, TimeUnit.SECONDS);
    right.arrivals.clear();
    long from = path.nowNanos();
    long busy = slowest(left, right, 120);

    assertTrue(2 * busy < 5 * quiet, busy / 1000 + " µs beside " + quiet / 1000);
    double seconds = (path.nowNanos() - from) / 1e9;
    double share = bytesAt(right) / seconds / path.weather.bytesPerSecond;
    assertTrue(share > 0.8, share + " of the path");
  }

  @Test
  void shouldAddTwoMillisecondsAtMostToAPathOfMicroseconds() {
    path.weather.delayNanos = TimeUnit.MICROSECONDS.toNanos(150);
    path.weather.bytesPerSecond = 12_500_000;
    path.weather.queueBytes = 625_000;
    path.weather.mtuBytes = 1500;
    path.weather.isShared = true;
    SimPeer left = peer(1);
    SimPeer right = peer(2);
    left.meet(right);
    feed(left, right, MIB / 4, TimeUnit.SECONDS.toNanos(30));
    path.runFor(3, TimeUnit.SECONDS);
    right.arrivals.clear();
    List<Long> queues = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      path.runFor(5, TimeUnit.MILLISECONDS);
      queues.add(path.queueNanos());
    }

    queues.sort(null);
    long median = queues.get(queues.size() / 2);
    assertTrue(median < TimeUnit.MICROSECONDS.toNanos(1300), median / 1000 + " µs in the median");
    double share = bytesAt(right) / 10.0 / path.weather.bytesPerSecond;
    assertTrue(share > 0.85, share + " of the path");
  }

  /** The 99th percentile of the time that a small message takes. */
  private long slowest(SimPeer from, SimPeer to, int messages) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      int number = from.sent();
      long sentNanos = path.nowNanos();
      from.send(to, 100, false);
      from.turn();
      path.runFor(20, TimeUnit.MILLISECONDS);
      path.runFor(200, TimeUnit.MILLISECONDS);
      to.arrivals.stream()
          .filter(arrival -> arrival.number() == number)
          .forEach(arrival -> times.add(arrival.atNanos() - sentNanos));
    }
    assertEquals(messages, times.size());
    times.sort(null);
    return times.get(times.size() * 99 / 100 - 1);
  }
}
