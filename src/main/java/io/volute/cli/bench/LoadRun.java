package io.volute.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Carries out a plan: a thread and a connection for each requester. */
public final class LoadRun {
  private static final long SEED = 0x5eed;
  private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Long enough for the largest preload; it ends earlier at the first error. */
  private static final long PRELOAD_NANOS = TimeUnit.HOURS.toNanos(24);

  private final LoadPlan plan;
  private final byte[] value;
  private volatile String stage = "starting";

  /** A run of {@code plan}; not yet started. */
  public LoadRun(LoadPlan plan) {
    this.plan = plan;
    this.value = new byte[plan.size()];
    // By chance, so that nothing on the way gains by compressing it; the same in each run.
    new SplittableRandom(SEED).nextBytes(value);
  }

  /** What it is at, for who waits. For any thread. */
  public String stage() {
    return stage;
  }

  /**
   * Writes every key once, unmeasured.
   *
   * @throws IOException at the first write that fails
   */
  public void preload() throws IOException, InterruptedException {
    AtomicLong nextKey = new AtomicLong();
    stage = "writing " + plan.keys() + " keys first";
    Tally tally = new Tally(System.nanoTime());
    inAllThreads(
        PRELOAD_NANOS,
        requester -> {
          long key = nextKey.getAndIncrement();
          while (key < plan.keys() && tally.errors().isEmpty()) {
            requester.writeKey(key, tally);
            key = nextKey.getAndIncrement();
          }
        });
    if (!tally.errors().isEmpty()) {
      throw new IOException("could not write every key first: " + tally.errors());
    }
  }

  /** Makes the load, and says how it went. */
  public LoadReport run() throws IOException, InterruptedException {
    stage = "measuring for " + plan.duration().toSeconds() + " s";
    long start = System.nanoTime();
    long measuredFrom = start + plan.warmup().toNanos();
    long end = measuredFrom + plan.duration().toNanos();
    Pace pace =
        plan.rate().isPresent() ? Pace.open(start, end, plan.rate().get()) : Pace.closed(end);
    Tally tally = new Tally(measuredFrom);
    long atMost = end - start + plan.access().silence().toNanos() + SLACK_NANOS;
    inAllThreads(atMost, requester -> requester.run(pace, tally));
    long now = System.nanoTime();
    tally.addUnsent(pace, now);
    return new LoadReport(
        plan,
        (now - measuredFrom) / 1e9,
        tally.successes(),
        tally.bytes(),
        tally.errors(),
        tally.histogram());
  }

  private interface Work {
    void with(Requester requester);
  }

  private void inAllThreads(long atMostNanos, Work work) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < plan.connections(); i++) {
      SplittableRandom own = random.split();
      tasks.add(
          () -> {
            try (Requester requester = new Requester(plan, value, own)) {
              work.with(requester);
            }
            return null;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(plan.connections());
    try {
      for (Future<Void> done : threads.invokeAll(tasks, atMostNanos, TimeUnit.NANOSECONDS)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a connection's thread failed: " + e.getCause(), e);
    } catch (CancellationException e) {
      throw new IOException("the run did not end in time", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
