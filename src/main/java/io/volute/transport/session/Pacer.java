package io.volute.transport.session;

import java.util.concurrent.TimeUnit;

/**
 * Spreads a window over its round trip, so that it does not hit the network as one burst: a bucket
 * that fills at a little more than the window's pace. Timers have milliseconds, so two of them may
 * leave together.
 */
final class Pacer {
  private static final double GAIN = 1.25;
  private static final double SLOW_START_GAIN = 2;
  private static final double BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final double REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private double bytesPerNano = 1;
  private double budget;
  private double burst;
  private long filledNanos;

  Pacer(int burstBytes, long nowNanos) {
    this.budget = burstBytes;
    this.burst = burstBytes;
    this.filledNanos = nowNanos;
  }

  void onWindow(Cubic window, int datagramBytes, long roundTripNanos) {
    double gain = window.inSlowStart() ? SLOW_START_GAIN : GAIN;
    bytesPerNano = gain * window.windowBytes() / Math.max(1, roundTripNanos);
    burst = Math.max(Cubic.INITIAL_DATAGRAMS * datagramBytes, bytesPerNano * BURST_NANOS);
  }

  boolean allows(long nowNanos) {
    budget = Math.min(burst, budget + bytesPerNano * (nowNanos - filledNanos));
    filledNanos = nowNanos;
    return budget > 0;
  }

  void onSent(int bytes) {
    budget -= bytes;
  }

  /** When it is worth trying again after {@link #allows} said no. */
  long nextNanos() {
    double wanted = Math.min(burst, bytesPerNano * REST_NANOS);
    return filledNanos + (long) Math.ceil((wanted - budget) / bytesPerNano);
  }
}
