package io.volute.jmh;

import io.volute.exchange.Timers;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** A timeout that is set and not needed, as most are, among those of 10 000 operations. */
public class TimersBenchmark extends ShortRun {
  private static final int PENDING = 10_000;
  private static final int HORIZON_MILLIS = 5000;
  private static final Runnable NOTHING = () -> {};

  private final Timers timers = new Timers();
  private final SplittableRandom random = new SplittableRandom(1);

  @Setup
  public void prepare() {
    for (int i = 0; i < PENDING; i++) {
      timers.at(random.nextInt(HORIZON_MILLIS), NOTHING);
    }
  }

  @Benchmark
  public void setAndCancel() {
    timers.at(random.nextInt(HORIZON_MILLIS), NOTHING).cancel();
  }
}
