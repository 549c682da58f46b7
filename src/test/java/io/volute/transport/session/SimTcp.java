package io.volute.transport.session;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A TCP transfer without end through a {@link SimPath}, as Linux does it with selective
 * acknowledgements: CUBIC (RFC 9438) with its Reno-friendly region, slow start that ends when round
 * trips grow (HyStart), segments that leave as acknowledgements come, and nothing that yields to a
 * queue. What is lost is sent again as a segment of its own number; who counts bytes sees no
 * difference. Or Reno (RFC 5681), where {@code isReno} says so.
 */
final class SimTcp {
  static final int SEGMENT_BYTES = 1500;

  private static final double C = 0.4;
  private static final double CUBIC_BETA = 0.7;
  private static final double RENO_BETA = 0.5;
  private static final double FRIENDLY_ALPHA = 3 * (1 - CUBIC_BETA) / (1 + CUBIC_BETA);
  private static final long LEAST_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LEAST_RISE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
  private static final int REORDERED = 3;
  private static final int FIRST_WINDOW = 10;

  private final SimPath path;
  private final InetSocketAddress from;
  private final InetSocketAddress to;
  private final boolean isReno;
  private final TreeMap<Integer, Long> underWay = new TreeMap<>();
  private double window = FIRST_WINDOW;
  private double threshold = Double.MAX_VALUE;
  private double windowAtLoss;
  private double friendly;
  private double k;
  private long epochNanos = -1;
  private long leastNanos = Long.MAX_VALUE;
  private long lastHeardNanos;
  private int next;
  private int recoverFrom;
  private boolean isOver;

  /** Bytes that have arrived. */
  long arrivedBytes;

  SimTcp(SimPath path, int fromHost, int toHost, boolean isReno) {
    this.path = path;
    this.from = SimPath.addressOf(fromHost);
    this.to = SimPath.addressOf(toHost);
    this.isReno = isReno;
    path.listen(to, this::onSegment);
  }

  void start() {
    lastHeardNanos = path.nowNanos();
    fill();
    watch();
  }

  void stop() {
    isOver = true;
  }

  private void fill() {
    while (!isOver && underWay.size() < (int) window) {
      ByteBuffer segment = ByteBuffer.allocate(SEGMENT_BYTES);
      segment.putInt(0, next);
      underWay.put(next++, path.nowNanos());
      path.send(from, to, segment);
    }
  }

  private void onSegment(byte[] segment) {
    arrivedBytes += segment.length;
    int number = ByteBuffer.wrap(segment).getInt(0);
    path.at(path.nowNanos() + path.weather.delayNanos, () -> onAck(number));
  }

  private void onAck(int number) {
    lastHeardNanos = path.nowNanos();
    Long sentNanos = underWay.remove(number);
    if (sentNanos == null) {
      return;
    }
    long roundTripNanos = path.nowNanos() - sentNanos;
    leastNanos = Math.min(leastNanos, roundTripNanos);
    boolean isLate = roundTripNanos > leastNanos + Math.max(LEAST_RISE_NANOS, leastNanos / 8);
    if (window < threshold && isLate) {
      threshold = window;
    }
    while (!underWay.isEmpty() && underWay.firstKey() <= number - REORDERED) {
      onLost(underWay.pollFirstEntry().getKey());
    }
    grow(roundTripNanos);
    fill();
  }

  private void grow(long roundTripNanos) {
    if (window < threshold) {
      window++;
    } else if (isReno) {
      window += 1 / window;
    } else {
      growByCurve(roundTripNanos);
    }
  }

  private void growByCurve(long roundTripNanos) {
    if (epochNanos < 0) {
      epochNanos = path.nowNanos();
      windowAtLoss = Math.max(windowAtLoss, window);
      k = Math.cbrt((windowAtLoss - window) / C);
      friendly = window;
    }
    double seconds = (path.nowNanos() - epochNanos + roundTripNanos) / 1e9 - k;
    double curve = C * seconds * seconds * seconds + windowAtLoss;
    friendly += (friendly < windowAtLoss ? FRIENDLY_ALPHA : 1) / window;
    double target = Math.min(1.5 * window, Math.max(window, curve));
    window = Math.max(window + (target - window) / window, friendly);
  }

  private void onLost(int number) {
    if (number < recoverFrom) {
      return;
    }
    recoverFrom = next;
    epochNanos = -1;
    double beta = isReno ? RENO_BETA : CUBIC_BETA;
    windowAtLoss = window < windowAtLoss ? window * (1 + CUBIC_BETA) / 2 : window;
    window = Math.max(2, window * beta);
    threshold = window;
  }

  /** Begins anew when nothing is heard. */
  private void watch() {
    if (isOver) {
      return;
    }
    if (path.nowNanos() - lastHeardNanos > LEAST_TIMEOUT_NANOS) {
      underWay.clear();
      threshold = Math.max(2, window / 2);
      window = 1;
      epochNanos = -1;
      lastHeardNanos = path.nowNanos();
      fill();
    }
    path.at(path.nowNanos() + LEAST_TIMEOUT_NANOS / 4, this::watch);
  }
}
