package io.volute.storage;

import io.volute.record.Value;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Figures of the engines, each in a directory of its own; {@code scripts/storage-figures} runs it.
 *
 * <p>{@code fill ENGINE DIRECTORY KEYS}: new keys with values of 100 bytes, then an orderly stop.
 * {@code open ENGINE DIRECTORY KEYS HOW}: opens it, reads a page and keys, and stops as {@code HOW}
 * says: {@code close}, or {@code kill} after some changes. {@code load DIRECTORY MILLIS}: {@link
 * LoadFigures}. {@code checkpoint DIRECTORY KEYS SECONDS}: {@link CheckpointFigures}.
 */
public final class EngineFigures {
  private static final int VALUE_BYTES = 100;
  private static final int CHANGES_A_FLUSH = 100;
  private static final int CHANGES_BEFORE_KILL = 50_000;
  private static final int PAGE = 1000;
  private static final int READS = 20_000;
  private static final PrintStream OUT = System.out;

  private EngineFigures() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "fill" -> fill(arguments[1], Path.of(arguments[2]), Integer.parseInt(arguments[3]));
      case "open" ->
          open(
              arguments[1],
              Path.of(arguments[2]),
              Integer.parseInt(arguments[3]),
              arguments[4].equals("kill"));
      case "load" -> new LoadFigures(Path.of(arguments[1]), Long.parseLong(arguments[2])).run();
      case "checkpoint" ->
          CheckpointFigures.run(
              Path.of(arguments[1]),
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void fill(String engine, Path directory, int keys) throws Exception {
    long started = System.nanoTime();
    StoreEngine store =
        FigureStores.open(engine, directory, FsyncPolicy.NEVER, new FigureStores.Progress());
    Random random = new Random(1);
    for (int i = 0; i < keys; i++) {
      FigureStores.put(store, FigureStores.name(i), i + 1, valueOf(random));
      if (i % CHANGES_A_FLUSH == 0) {
        FigureStores.turn(store);
      }
    }
    FigureStores.turn(store);
    double seconds = FigureStores.seconds(started);
    started = System.nanoTime();
    store.close();
    OUT.printf(
        Locale.ROOT,
        "%s fill: %d keys in %.1f s, %.1f us a key; close %.1f s; bytes a key on disk: %s%n",
        engine,
        keys,
        seconds,
        seconds * 1e6 / keys,
        FigureStores.seconds(started),
        bytesAKey(directory, keys));
  }

  /** Of which engines can make no less, as they could of equal ones. */
  private static Value valueOf(Random random) {
    byte[] content = new byte[VALUE_BYTES];
    random.nextBytes(content);
    return Value.of(content);
  }

  private static String bytesAKey(Path directory, int keys) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append((diskBytes(directory) + keys / 2) / keys);
    try (Stream<Path> parts = Files.list(directory)) {
      for (Path part : parts.filter(Files::isDirectory).sorted().toList()) {
        double bytes = (double) diskBytes(part) / keys;
        text.append(String.format(Locale.ROOT, ", %s %.1f", part.getFileName(), bytes));
      }
    }
    return text.toString();
  }

  /** What the files take, not what sparse ones seem to take. */
  private static long diskBytes(Path directory) throws IOException, InterruptedException {
    Process du = new ProcessBuilder("du", "-sk", directory.toString()).start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    du.waitFor();
    return Long.parseLong(said.split("\\s")[0]) << 10;
  }

  private static void open(String engine, Path directory, int keys, boolean kill) throws Exception {
    long started = System.nanoTime();
    StoreEngine store =
        FigureStores.open(engine, directory, FsyncPolicy.NEVER, new FigureStores.Progress());
    final double opened = FigureStores.seconds(started);
    started = System.nanoTime();
    int listed =
        store.list("user/".getBytes(StandardCharsets.UTF_8), Optional.empty(), PAGE).size();
    double page = FigureStores.seconds(started);
    started = System.nanoTime();
    Random random = new Random(1);
    for (int i = 0; i < READS; i++) {
      FigureStores.read(store, FigureStores.name(random.nextInt(keys)));
    }
    final double read = FigureStores.seconds(started) / READS;
    started = System.nanoTime();
    while (store.hasCompletions()) {
      store.runCompletions();
    }
    final double filled = FigureStores.seconds(started);
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    OUT.printf(
        Locale.ROOT,
        "%s open: %.2f s; first page of %d: %.1f ms; get %.1f us; index whole %.1f s later; "
            + "heap %d MB, resident %s; %d keys%n",
        engine,
        opened,
        listed,
        page * 1e3,
        read * 1e6,
        filled,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        status("VmRSS"),
        store.keyCount());
    if (kill) {
      Value value = FigureStores.value(VALUE_BYTES);
      for (int i = 0; i < CHANGES_BEFORE_KILL; i++) {
        FigureStores.put(store, FigureStores.name(random.nextInt(keys)), (1L << 40) + i, value);
        if (i % CHANGES_A_FLUSH == 0) {
          FigureStores.turn(store);
        }
      }
      FigureStores.turn(store);
      Runtime.getRuntime().halt(9);
    }
    store.close();
  }

  private static String status(String field) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB")
          .findFirst()
          .orElse("?");
    }
  }
}
