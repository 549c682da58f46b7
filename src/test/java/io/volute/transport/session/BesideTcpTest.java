package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.seal.Checksum;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What part of a path we get beside a TCP transfer that fills its queue, in virtual time. */
class BesideTcpTest {
  private static final int CHUNK_BYTES = 32 << 10;
  private static final int SEEDS = 3;
  private static final long WAITING_BYTES = 8L << 20;
  private static final long FEED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long END_NANOS = 30 * SECOND_NANOS;

  private Generator random;
  private SimPath path;
  private SimPeer ours;
  private SimPeer sink;

  /** So long one way, so many kB a millisecond, and a queue of so many milliseconds. */
  private void link(long seed, double wayMillis, double rate, int queueMillis) {
    random = new Generator(seed);
    path = new SimPath(random);
    path.weather.delayNanos = (long) (wayMillis * 1e6);
    path.weather.jitterNanos = TimeUnit.MICROSECONDS.toNanos(50);
    path.weather.bytesPerSecond = (long) (rate * 1e6);
    path.weather.queueBytes = (long) (rate * 1e3 * queueMillis);
    path.weather.mtuBytes = SimTcp.SEGMENT_BYTES;
    path.weather.isShared = true;
    ours = new SimPeer(path, 1, 100, new Checksum());
    sink = new SimPeer(path, 2, 200, new Checksum());
    ours.meet(sink);
  }

  private void feed() {
    while (ours.sessions.outgoingBytes(sink.node) < WAITING_BYTES) {
      ours.send(sink, CHUNK_BYTES, false);
    }
    ours.turn();
    path.at(path.nowNanos() + FEED_NANOS, this::feed);
  }

  private long ourBytes() {
    return sink.arrivals.stream().mapToLong(SimPeer.Arrival::length).sum();
  }

  /** Our part of what arrives, three seconds after the second of the two has begun. */
  private double share(boolean isReno, boolean isTcpFirst) {
    SimTcp tcp = new SimTcp(path, 3, 4, isReno);
    Runnable first = isTcpFirst ? tcp::start : this::feed;
    Runnable second = isTcpFirst ? this::feed : tcp::start;
    first.run();
    path.run(random.between(0, 4 * SECOND_NANOS));
    second.run();
    path.runFor(3, TimeUnit.SECONDS);
    sink.arrivals.clear();
    long before = tcp.arrivedBytes;
    path.run(END_NANOS);
    long ofTcp = tcp.arrivedBytes - before;
    return (double) ourBytes() / (ourBytes() + ofTcp);
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 20", "0.2, 12.5, 50", "5, 12.5, 50", "20, 12.5, 20", "0.2, 2.5, 50"})
  void shouldShareWithTcpWhenItFillsTheQueue(double wayMillis, double rate, int queueMillis) {
    double sum = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      link(seed, wayMillis, rate, queueMillis);
      double share = share(false, seed % 3 == 0);
      String said = String.format(Locale.ROOT, "seed %d: %.2f of the path", seed, share);
      assertTrue(4 * share > 1 && 4 * share < 3, said);
      sum += share;
    }
    double mean = sum / SEEDS;
    assertTrue(3 * mean > 1 && 3 * mean < 2, mean + " of the path");
  }

  @Test
  void shouldNotStarveWhenALongQueueIsReno() {
    link(1, 10, 10, 200);
    double share = share(true, true);
    assertTrue(4 * share > 1 && 4 * share < 3, share + " of the path");
  }

  @Test
  void shouldKeepTheQueueShortAgainWhenTcpHasGone() {
    link(1, 10, 10, 200);
    SimTcp tcp = new SimTcp(path, 3, 4, false);
    feed();
    path.runFor(2, TimeUnit.SECONDS);
    tcp.start();
    path.runFor(8, TimeUnit.SECONDS);
    assertTrue(path.queueNanos() > 20e6, "TCP fills the queue");
    tcp.stop();
    path.runFor(30, TimeUnit.SECONDS);
    long longest = 0;
    for (int i = 0; i < 500; i++) {
      path.runFor(10, TimeUnit.MILLISECONDS);
      longest = Math.max(longest, path.queueNanos());
    }

    assertTrue(longest < 25e6, longest / 1000 + " µs");
  }
}
