package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.seal.Checksum;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets the processor in turns only must not take their length for a queue of others. */
class BusyProcessorTest {
  private static final int CHUNK_BYTES = 32 << 10;
  private static final long WAITING_BYTES = 1 << 20;
  private static final long FEED_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int SAMPLES = 2800;
  private static final long SAMPLE_MILLIS = 10;

  /** A network whose hosts take datagrams for up to 4 ms and then do something else for as long. */
  private static final class Turns extends SimPath {
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long SHORTEST_TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** When a host's turn ends, and when its next one begins. */
    private record Turn(long endNanos, long nextNanos) {}

    private final Map<SocketAddress, Turn> turns = new HashMap<>();

    Turns(Generator random) {
      super(random);
    }

    @Override
    void carry(SocketAddress from, SocketAddress to, byte[] bytes) {
      Turn turn = turns.getOrDefault(to, new Turn(0, 0));
      while (nowNanos() >= turn.nextNanos()) {
        long beginsNanos = Math.max(turn.nextNanos(), nowNanos());
        long endNanos = beginsNanos + random.between(SHORTEST_TURN_NANOS, LONGEST_NANOS);
        turn = new Turn(endNanos, endNanos + random.between(SHORTEST_PAUSE_NANOS, LONGEST_NANOS));
      }
      turns.put(to, turn);
      if (nowNanos() < turn.endNanos()) {
        deliver(from, to, bytes);
      } else {
        at(turn.nextNanos(), () -> deliver(from, to, bytes));
      }
    }
  }

  private static void feed(SimPath path, SimPeer from, SimPeer to) {
    while (from.sessions.outgoingBytes(to.node) < WAITING_BYTES) {
      from.send(to, CHUNK_BYTES, false);
    }
    from.turn();
    path.at(path.nowNanos() + FEED_NANOS, () -> feed(path, from, to));
  }

  /** The third seed was seen to fill a queue of 50 ms, and to lose what did not fit. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldKeepTheQueueShortWhenProcessorsComeInTurnsOnly(long seed) {
    SimPath path = new Turns(new Generator(seed));
    path.weather.delayNanos = TimeUnit.MICROSECONDS.toNanos(150);
    path.weather.jitterNanos = TimeUnit.MICROSECONDS.toNanos(50);
    path.weather.bytesPerSecond = 12_500_000;
    path.weather.queueBytes = 625_000;
    path.weather.mtuBytes = 1500;
    path.weather.isShared = true;
    SimPeer left = new SimPeer(path, 1, 100, new Checksum());
    SimPeer right = new SimPeer(path, 2, 200, new Checksum());
    left.meet(right);
    feed(path, left, right);
    path.runFor(2, TimeUnit.SECONDS);
    right.arrivals.clear();

    long[] queues = new long[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      path.runFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
      queues[i] = path.queueNanos();
    }
    Arrays.sort(queues);
    long longest = queues[SAMPLES * 99 / 100];
    assertTrue(longest < TimeUnit.MILLISECONDS.toNanos(20), longest / 1000 + " µs");
    long bytes = right.arrivals.stream().mapToLong(SimPeer.Arrival::length).sum();
    double share = bytes * 1e3 / (SAMPLES * SAMPLE_MILLIS) / path.weather.bytesPerSecond;
    assertTrue(share > 0.8, share + " of the path");
  }
}
