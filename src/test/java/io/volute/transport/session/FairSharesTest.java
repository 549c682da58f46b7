package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.seal.Checksum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How two senders of ours share paths of many kinds, in virtual time: exact and repeatable. */
class FairSharesTest {
  private static final double[] WAYS_MILLIS = {0.1, 2, 10};
  private static final double[] BYTES_A_MICRO = {1.25, 4};
  private static final int[] QUEUES_MILLIS = {30, 200};
  private static final int SEEDS = 2;
  private static final int CHUNK_BYTES = 32 << 10;
  private static final long WAITING_BYTES = 2L << 20;
  private static final long FEED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of 24 runs 20 are within 40 to 60 %, and none is far off; before it was 16, and 21 %. */
  private static final int MOST_OUTSIDE = 4;

  private SimPath path;
  private SimPeer sink;

  private void link(long seed, double wayMillis, double rate, int queueMillis) {
    path = new SimPath(new Generator(seed));
    path.weather.delayNanos = (long) (wayMillis * 1e6);
    path.weather.jitterNanos = TimeUnit.MICROSECONDS.toNanos(50);
    path.weather.bytesPerSecond = (long) (rate * 1e6);
    path.weather.queueBytes = (long) (rate * 1e3 * queueMillis);
    path.weather.mtuBytes = 1500;
    path.weather.isShared = true;
  }

  private SimPeer peer(int host) {
    return new SimPeer(path, host, 100L * host, new Checksum());
  }

  private void feed(SimPeer from) {
    while (from.sessions.outgoingBytes(sink.node) < WAITING_BYTES) {
      from.send(sink, CHUNK_BYTES, false);
    }
    from.turn();
    path.at(path.nowNanos() + FEED_NANOS, () -> feed(from));
  }

  /** What the first has of the seconds 8 to 38, when the second began some seconds later. */
  private double shareOfFirst(long startNanos) {
    SimPeer first = peer(1);
    SimPeer second = peer(2);
    sink = peer(3);
    first.meet(sink);
    second.meet(sink);
    feed(first);
    path.run(startNanos);
    feed(second);
    path.run(8 * SECOND_NANOS);
    sink.arrivals.clear();
    path.run(38 * SECOND_NANOS);
    double all = sink.arrivals.stream().mapToLong(SimPeer.Arrival::length).sum();
    double ofFirst =
        sink.arrivals.stream()
            .filter(arrival -> arrival.life() == first.life)
            .mapToLong(SimPeer.Arrival::length)
            .sum();
    return ofFirst / all;
  }

  @Test
  void shouldShareMostPathsWithinTwentyPercent() {
    List<String> outside = new ArrayList<>();
    for (double rate : BYTES_A_MICRO) {
      for (double wayMillis : WAYS_MILLIS) {
        for (int queueMillis : QUEUES_MILLIS) {
          for (long seed = 1; seed <= SEEDS; seed++) {
            link(seed, wayMillis, rate, queueMillis);
            double share = shareOfFirst(seed == 1 ? 3 * SECOND_NANOS : 2 * SECOND_NANOS);
            String said =
                String.format(
                    Locale.ROOT,
                    "%.2f: %.2f MB/s, %.1f ms, a queue of %d ms, seed %d",
                    share,
                    rate,
                    wayMillis,
                    queueMillis,
                    seed);
            assertTrue(share > 0.3 && share < 0.7, said);
            if (share < 0.4 || share > 0.6) {
              outside.add(said);
            }
          }
        }
      }
    }
    assertTrue(outside.size() <= MOST_OUTSIDE, outside.toString());
  }
}
