package io.volute.storage;

import io.volute.record.Value;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What checkpoints cost who writes: the times of overwrites while one is under way, and of the
 * others, in one run at a steady pace. A time counts from when the write was due, so that a stall
 * shows in all that it holds up.
 */
final class CheckpointFigures {
  private static final int VALUE_BYTES = 100;
  private static final int CHANGES_A_FLUSH = 100;
  private static final int WRITES_A_TURN = 16;
  private static final int TURNS_A_SECOND = 1000;

  /** Each waits for the disk, and the next one must not wait for it as well. */
  private static final int TURNS_A_SECOND_ALWAYS = 100;

  /** So that there are a few checkpoints at this pace, each over all the names. */
  private static final int TURNS_BETWEEN = 4 << 10;

  private static final PrintStream OUT = System.out;

  private CheckpointFigures() {}

  /**
   * Measures.
   *
   * @param keys that the store holds
   * @param seconds for each policy
   */
  static void run(Path directory, int keys, int seconds) throws Exception {
    OUT.println("fsync checkpoint | turns of 16 overwrites | p50, p99, p99.9, longest ms");
    for (String policy : List.of("always", "100ms", "never")) {
      Path place = directory.resolve("checkpoints-" + policy);
      FigureStores.Progress progress = new FigureStores.Progress();
      StoreSettings settings =
          new StoreSettings(
              FigureStores.policyOf(policy),
              StoreSettings.DEFAULT_SEGMENT_BYTES,
              StoreSettings.DEFAULT_BATCH_BYTES,
              StoreSettings.DEFAULT_FIRST_INDEX_ENTRIES,
              TURNS_BETWEEN * WRITES_A_TURN * turnsASecond(policy) / TURNS_A_SECOND);
      DurableStore store = FigureStores.open(place, settings, progress);
      Value value = FigureStores.value(VALUE_BYTES);
      for (int i = 0; i < keys; i++) {
        FigureStores.put(store, FigureStores.name(i), i + 1, value);
        if (i % CHANGES_A_FLUSH == 0) {
          FigureStores.turn(store);
        }
      }
      FigureStores.awaitStored(store, progress);
      overwrite(store, progress, policy, keys, seconds);
      store.close();
      FigureStores.delete(place);
    }
  }

  private static int turnsASecond(String policy) {
    return policy.equals("always") ? TURNS_A_SECOND_ALWAYS : TURNS_A_SECOND;
  }

  private static void overwrite(
      DurableStore store, FigureStores.Progress progress, String policy, int keys, int seconds)
      throws Exception {
    Histogram during = new Histogram(3);
    Histogram without = new Histogram(3);
    Value value = FigureStores.value(VALUE_BYTES);
    Random random = new Random(9);
    long counter = 1L << 40;
    long begun = 0;
    boolean wasUnderWay = false;
    long turnNanos = TimeUnit.SECONDS.toNanos(1) / turnsASecond(policy);
    long due = System.nanoTime();
    long until = due + TimeUnit.SECONDS.toNanos(seconds);
    for (; due < until; due += turnNanos) {
      while (System.nanoTime() < due) {
        store.runCompletions();
        Thread.onSpinWait();
      }
      boolean underWay = store.isCheckpointUnderWay();
      for (int i = 0; i < WRITES_A_TURN; i++) {
        FigureStores.put(store, FigureStores.name(random.nextInt(keys)), ++counter, value);
      }
      FigureStores.awaitStored(store, progress);
      underWay |= store.isCheckpointUnderWay();
      begun += underWay && !wasUnderWay ? 1 : 0;
      wasUnderWay = underWay;
      (underWay ? during : without).recordValue(System.nanoTime() - due);
    }
    print(policy, "without", without);
    print(policy, "during " + begun, during);
  }

  private static void print(String policy, String which, Histogram times) {
    OUT.printf(
        Locale.ROOT,
        "%s %s | %d | %.3f, %.3f, %.3f, %.3f%n",
        policy,
        which,
        times.getTotalCount(),
        times.getValueAtPercentile(50) / 1e6,
        times.getValueAtPercentile(99) / 1e6,
        times.getValueAtPercentile(99.9) / 1e6,
        times.getMaxValue() / 1e6);
  }
}
