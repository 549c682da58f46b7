package io.volute.jmh.lanes;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The peers' transport beside TCP and Aeron over UDP, in one run on loopback: round trips, bulk,
 * small messages beside it, and what it costs to do nothing. Both ends, and Aeron's driver, are
 * threads of this process, so processor seconds are those of all. Run by {@code
 * scripts/transport-figures}.
 */
public final class TransportBaseline {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int CHUNKS_UNDER_WAY = 16;
  private static final long SMALL_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Numbers from here on are those of small messages beside bulk. */
  private static final long SMALL_NUMBERS = 1L << 40;

  private final String name;
  private final Lane lane;
  private final long measureNanos;
  private final long bulkBytes;

  private TransportBaseline(String name, Lane lane, long measureMillis, long bulkBytes) {
    this.name = name;
    this.lane = lane;
    this.measureNanos = TimeUnit.MILLISECONDS.toNanos(measureMillis);
    this.bulkBytes = bulkBytes;
  }

  /** Milliseconds a measurement, and mebibytes of bulk. */
  public static void main(String[] arguments) throws Exception {
    long millis = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1000;
    long bulkBytes = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 1024) << 20;
    run("tcp", new TcpLane(), millis, bulkBytes);
    run("aeron", new AeronLane(), millis, bulkBytes);
    run("volute", new VoluteLane(false), millis, bulkBytes);
    run("sealed", new VoluteLane(true), millis, bulkBytes);
    IdlePeers.show(millis);
  }

  private static void run(String name, Lane lane, long millis, long bulkBytes) throws Exception {
    try (lane) {
      TransportBaseline baseline = new TransportBaseline(name, lane, millis, bulkBytes);
      for (int length : new int[] {100, 1024}) {
        for (int outstanding : new int[] {1, 64}) {
          baseline.roundTrips(length, outstanding);
        }
      }
      baseline.bulk();
    }
  }

  static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void roundTrips(int length, int outstanding) throws Exception {
    long[] sentNanos = new long[outstanding];
    Histogram micros = new Histogram(3);
    long begun = System.nanoTime();
    long measureFrom = begun + measureNanos;
    long end = measureFrom + measureNanos;
    boolean[] idle = new boolean[outstanding];
    Arrays.fill(idle, true);
    long now = begun;
    while (now < end) {
      for (int i = 0; i < outstanding; i++) {
        if (idle[i] && lane.send(i, length)) {
          idle[i] = false;
          sentNanos[i] = System.nanoTime();
        }
      }
      lane.turn(
          number -> {
            int i = (int) number;
            idle[i] = true;
            long answeredNanos = System.nanoTime();
            if (answeredNanos >= measureFrom) {
              micros.recordValue((answeredNanos - sentNanos[i]) / 1000);
            }
          });
      now = System.nanoTime();
    }
    System.out.printf(
        Locale.ROOT,
        "%-7s %4d bytes, %2d under way: %7.0f a second, p50 %5d us, p99 %5d us%n",
        name,
        length,
        outstanding,
        micros.getTotalCount() / (measureNanos / 1e9),
        micros.getValueAtPercentile(50),
        micros.getValueAtPercentile(99));
    drain(idle);
  }

  private void drain(boolean[] idle) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    boolean all = false;
    while (!all && System.nanoTime() < end) {
      lane.turn(number -> idle[(int) number] = true);
      all = true;
      for (boolean each : idle) {
        all &= each;
      }
    }
  }

  private void bulk() throws Exception {
    long chunks = bulkBytes / CHUNK_BYTES;
    Histogram micros = new Histogram(3);
    long[] state = {0, 0, 0};
    long begun = System.nanoTime();
    long cpu = cpuNanos();
    long sent = 0;
    while (state[0] < chunks) {
      while (sent < chunks && sent - state[0] < CHUNKS_UNDER_WAY && lane.send(sent, CHUNK_BYTES)) {
        sent++;
      }
      long now = System.nanoTime();
      boolean isTime = state[1] == 0 && now - state[2] >= SMALL_EVERY_NANOS;
      if (isTime && lane.send(SMALL_NUMBERS, 100)) {
        state[1] = 1;
        state[2] = now;
      }
      lane.turn(
          number -> {
            if (number == SMALL_NUMBERS) {
              state[1] = 0;
              micros.recordValue((System.nanoTime() - state[2]) / 1000);
            } else {
              state[0]++;
            }
          });
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    double gigabytes = bulkBytes / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-7s bulk %5.0f MB/s, %5.2f CPU s/GB, small messages beside it p50 %5d us, p99 %5d us%n",
        name,
        1000 * gigabytes / seconds,
        (cpuNanos() - cpu) / 1e9 / gigabytes,
        micros.getValueAtPercentile(50),
        micros.getValueAtPercentile(99));
  }
}
